import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { mailsDue } from '../audit/audit-mails.ts';
import type { StoredEvent } from '../audit/evidence.ts';
import { readMails } from '../audit/read-mails.ts';
import type { ChaosFleet } from '../fleet/chaos-fleet.ts';

const PAUSE_MS = 500;

/**
 * Waits until everything has happened that was to happen because of something: no onboarding is under way, everything
 * is published to everybody, and every mail that is owed was sent.
 * @returns what was still to happen at the deadline; empty when nothing was
 */
export async function untilReactionsAreDone(fleet: ChaosFleet, deadlineMs: number): Promise<string[]> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const restless = await findRestless(fleet).catch((error: Error) => [error.message]);
    if (restless.length === 0 || performance.now() > deadline) return restless;
    await delay(PAUSE_MS);
  }
}

async function findRestless({ direct, topology, mailDir }: ChaosFleet): Promise<string[]> {
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
  return ['mails that are owed', missing.length];
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
