import kafkajs from 'kafkajs';
import type { Kafka } from '../../kafka.js';
import { withAdmin } from '../with-admin.js';

/** A rule of the cluster about who may write to a topic. A rule that denies is stronger than one that allows. */
export interface WriteRule {
  /** Such as `User:relay`; `User:*` is everyone. */
  readonly principal: string;
  /** From where; `*` is anywhere. */
  readonly host: string;
  readonly allows: boolean;
}

/**
 * The rules that say who may write to a topic, those for all topics or for a prefix included. Super users are in none.
 * @param topic its full name
 * @returns undefined if the cluster has no authoriser, so that everybody may
 * @throws Error of kafkajs, if the rules may not be read
 */
export async function readWriteAcl(kafka: Kafka, topic: string): Promise<readonly WriteRule[] | undefined> {
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
  const writes: ReadonlySet<number> = new Set([AclOperationTypes.WRITE, AclOperationTypes.ALL]);
  try {
    const { resources } = await withAdmin(kafka, (admin) =>
      admin.describeAcls({
        resourceType: AclResourceTypes.TOPIC,
        resourceName: topic,
        resourcePatternType: ResourcePatternTypes.MATCH,
        operation: AclOperationTypes.ANY,
        permissionType: AclPermissionTypes.ANY,
      }),
    );
    return resources
      .flatMap(({ acls }) => acls)
      .filter(({ operation }) => writes.has(operation))
      .map(({ principal, host, permissionType }) => ({
        principal,
        host,
        allows: permissionType === AclPermissionTypes.ALLOW,
      }));
  } catch (error) {
    if (error instanceof Error && 'type' in error && error.type === 'SECURITY_DISABLED') return undefined;
    throw error;
  }
}
