import type { WriteRule } from '@eventfleet/kafka';
import { ok, risk, type Judgement } from '../finding.js';
import type { TopicWriters } from './kafka-facts.js';

const EVERYONE = 'User:*';
const ANYWHERE = '*';

/** Who may write events beside the one who should. A forged event is one that the store never wrote. */
export function judgeWriters({ rules }: TopicWriters): Judgement {
  if (rules === undefined)
    return risk(
      'everybody: no authoriser',
      'Whoever reaches a broker may write events. Set authorizer.class.name on the brokers, and ACLs for the fleet.',
    );
  const writers = writersOf(rules);
  if (writers.length === 0)
    return risk(
      'super users; no ACL allows a write',
      "If allow.everyone.if.no.acl.found is true, everybody may write events. Add an ACL for the fleet's user.",
    );
  const value = writers.join(', ');
  if (writers.includes(EVERYONE))
    return risk(
      value,
      "Every user of the cluster may write events. Let only the fleet's user write to the topic.",
    );
  return writers.length > 1
    ? risk(value, 'More than one user may write events. Remove the ACL of each that does not publish them.')
    : ok(value);
}

/** Sorted. A principal that is denied from anywhere is none. */
export function writersOf(rules: readonly WriteRule[]): string[] {
  const denied = new Set(
    rules.filter(({ allows, host }) => !allows && host === ANYWHERE).map(({ principal }) => principal),
  );
  if (denied.has(EVERYONE)) return [];
  const allowed = rules.filter(({ allows, principal }) => allows && !denied.has(principal));
  return [...new Set(allowed.map(({ principal }) => principal))].toSorted();
}
