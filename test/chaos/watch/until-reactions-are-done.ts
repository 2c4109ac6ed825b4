import { readMails, withClient } from '@eventfleet/testing';
import { mailsDue } from '../audit/audit-mails.ts';
import type { StoredEvent } from '../audit/evidence.ts';
import type { ChaosFleet } from '../fleet/chaos-fleet.ts';
import { untilNothingLeft } from './until-nothing-left.ts';

/**
 * Waits for everything that follows from the events: no onboarding is under way, everything is published to everybody,
 * and every mail that is due was sent.
 * @returns what was still to happen at the deadline; empty when nothing was
 */
export function untilReactionsAreDone(fleet: ChaosFleet, deadlineMs: number): Promise<string[]> {
  return untilNothingLeft(() => findUndone(fleet), deadlineMs);
}

async function findUndone({ direct, topology, mailDir }: ChaosFleet): Promise<string[]> {
  const hasNotifier = topology.copies.some(({ app }) => app === 'notifier');
  const counts = [
    ...(await countAll(direct.eventStoreUrl, {
      'timers of process managers': 'select count(*) from process_managers.timers',
      'unpublished commands': unpublished('user-commands', 'process_managers.outbox'),
      ...(hasNotifier ? { 'events that RabbitMQ has not': unpublished('rabbitmq', 'events') } : {}),
    })),
    ...(await countAll(direct.readStoreUrl, {
      'pending users': `select count(*) from user_list where status = 'pending'`,
    })),
    ...(hasNotifier ? [await countMissingMails(direct.eventStoreUrl, mailDir)] : []),
  ];
  return counts.filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`);
}

function unpublished(relay: string, table: string): string {
  return `select count(*) from ${table} as stored, relay_checkpoints as checkpoint where relay = '${relay}'
    and (stored.transaction_id, stored.global_position) > (checkpoint.transaction_id, checkpoint.global_position)`;
}

async function countAll(url: string, queries: Readonly<Record<string, string>>): Promise<[string, number][]> {
  return withClient(url, async (client) => {
    const counts: [string, number][] = [];
    for (const [what, query] of Object.entries(queries)) {
      const { rows } = await client.query<{ count: string }>(query);
      counts.push([what, Number(rows[0]?.count)]);
    }
    return counts;
  });
}

async function countMissingMails(url: string, mailDir: string): Promise<[string, number]> {
  const sent = new Set((await readMails(mailDir)).map(({ eventId, mail }) => `${eventId} ${mail}`));
  const { rows } = await withClient(url, (client) =>
    client.query<StoredEvent>('select event_id as "eventId", event_type as type, data::text from events'),
  );
  const missing = rows.flatMap(mailsDue).filter(({ eventId, mail }) => !sent.has(`${eventId} ${mail}`));
  return ['mails that are due', missing.length];
}
