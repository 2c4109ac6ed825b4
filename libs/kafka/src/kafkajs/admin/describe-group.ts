import kafkajs from 'kafkajs';
import type { Kafka } from '../../kafka.js';
import { withAdmin } from '../with-admin.js';

export interface GroupDescription {
  /** Of the coordinator: `Stable`, `Empty`, `PreparingRebalance`, `CompletingRebalance`, `Dead` if it knows no such group. */
  readonly state: string;
  readonly members: readonly DescribedMember[];
}

export interface DescribedMember {
  readonly clientId: string;
  readonly host: string;
  /** By topic. Empty while the group rebalances. */
  readonly assignment: Readonly<Record<string, readonly number[]>>;
}

/** Who is in each of these groups, and which partitions each member has, by the group's name. */
export async function describeGroups(
  kafka: Kafka,
  groups: readonly string[],
): Promise<Map<string, GroupDescription>> {
  if (groups.length === 0) return new Map();
  const found = await withAdmin(kafka, (admin) => admin.describeGroups([...groups]));
  return new Map(
    found.groups.map(({ groupId, state, members }) => [
      groupId,
      {
        state,
        members: members.map(({ clientId, clientHost, memberAssignment }) => ({
          clientId,
          host: clientHost.replace(/^\//, ''),
          assignment: decode(memberAssignment),
        })),
      },
    ]),
  );
}

function decode(assignment: Buffer): DescribedMember['assignment'] {
  if (assignment.length === 0) return {};
  return kafkajs.AssignerProtocol.MemberAssignment.decode(assignment)?.assignment ?? {};
}
