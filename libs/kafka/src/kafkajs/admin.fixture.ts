import kafkajs from 'kafkajs';
import type { Kafka } from '../kafka.js';
import { withAdmin } from './with-admin.js';

/** What specs ask of a cluster, and nothing else does. */

export async function countMembers(kafka: Kafka, group: string): Promise<number | undefined> {
  const { groups } = await withAdmin(kafka, (admin) => admin.describeGroups([group]));
  return groups[0]?.members.length;
}

export async function listGroups(kafka: Kafka): Promise<string[]> {
  const { groups } = await withAdmin(kafka, (admin) => admin.listGroups());
  return groups.map(({ groupId }) => groupId);
}

export async function topicConfig(
  kafka: Kafka,
  topic: string,
  names: readonly string[],
): Promise<Record<string, string>> {
  const { resources } = await withAdmin(kafka, (admin) =>
    admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: [...names] }],
    }),
  );
  return Object.fromEntries(
    resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]) ?? [],
  );
}

/** A rule about who may write to a topic, from anywhere. */
export async function createWriteRule(
  kafka: Kafka,
  rule: {
    topic: string;
    isPrefix?: boolean;
    principal: string;
    operation: 'WRITE' | 'ALL' | 'READ';
    allows: boolean;
  },
): Promise<void> {
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
  await withAdmin(kafka, (admin) =>
    admin.createAcls({
      acl: [
        {
          resourceType: AclResourceTypes.TOPIC,
          resourceName: rule.topic,
          resourcePatternType: rule.isPrefix ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
          principal: rule.principal,
          host: '*',
          operation: AclOperationTypes[rule.operation],
          permissionType: rule.allows ? AclPermissionTypes.ALLOW : AclPermissionTypes.DENY,
        },
      ],
    }),
  );
}

/** Deletes what lies below an offset of a partition. */
export async function deleteRecords(
  kafka: Kafka,
  topic: string,
  partition: number,
  below: bigint,
): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(below) }] });
  });
}
