import { fromCloudEvent, userEvents } from '@eventfleet/contracts';
import { endOffsets, readLogTail, type Kafka } from '@eventfleet/kafka';
import { readMails, withClient } from '@eventfleet/testing';
import type { ChaosFleet } from '../fleet/chaos-fleet.ts';
import type { Claim, Counters, Evidence, StoredEvent, TopicRecord, UserRow } from './evidence.ts';

const PAGE = 200;
const TIMESTAMP = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

type FoundEvidence = Omit<
  Evidence,
  'entries' | 'doubtfulReads' | 'poisoned' | 'parked' | 'named' | 'streams' | 'unfinished'
>;

/** Reads both stores, the mails, the topic from its start, and query-api. Nothing may change meanwhile. */
export async function collectEvidence(
  { direct, queryUrls, topology, mailDir, replicated }: ChaosFleet,
  kafka: Kafka,
): Promise<FoundEvidence> {
  const queryUrl = queryUrls[0]!;
  const hasNotifier = topology.copies.some(({ app }) => app === 'notifier');
  return {
    stored: await query<StoredEvent>(
      direct.eventStoreUrl,
      `select event_id as "eventId", aggregate_id as "userId", version, event_type as type, data::text,
         to_char(occurred_at at time zone 'utc', ${TIMESTAMP}) as "occurredAt", correlation_id as "commandId"
       from events order by transaction_id, global_position`,
    ),
    claims: await query<Claim>(
      direct.eventStoreUrl,
      `select key, aggregate_id as "userId" from claims where scope = 'user-email'`,
    ),
    records: await readTopic(kafka),
    rows: await query<UserRow>(
      direct.readStoreUrl,
      `select id, name, email, status, version,
         to_char(created_at at time zone 'utc', ${TIMESTAMP}) as "createdAt",
         to_char(updated_at at time zone 'utc', ${TIMESTAMP}) as "updatedAt"
       from user_list`,
    ),
    listed: await listUsers(queryUrl),
    counters: (await getJson(`${queryUrl}/stats/users`)) as Counters,
    lossWindows: replicated && !replicated.isSynchronous ? replicated.lossWindows : [],
    hasNotifier,
    mails: hasNotifier ? await readMails(mailDir) : [],
    unknownMails: hasNotifier ? await countUnknownMails(direct.eventStoreUrl) : 0,
  };
}

function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  return withClient(url, async (client) => (await client.query<Row>(text)).rows);
}

async function readTopic(kafka: Kafka): Promise<TopicRecord[]> {
  const ends = await endOffsets(kafka, userEvents.topic);
  const starts = new Map([...ends.keys()].map((partition) => [partition, 0n]));
  const log = await readLogTail(kafka, userEvents.topic, starts);
  return [...log].flatMap(([partition, records]) =>
    records.map((record): TopicRecord => {
      const place = { partition, offset: String(record.offset), key: record.key?.toString('utf8') ?? '' };
      try {
        const { eventId, aggregateId: userId, version, type, data, correlationId } = fromCloudEvent(record);
        return { ...place, event: { eventId, userId, version, type, data, commandId: correlationId } };
      } catch {
        return place;
      }
    }),
  );
}

async function listUsers(queryUrl: string): Promise<UserRow[]> {
  const users: UserRow[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = (await getJson(`${queryUrl}/users?limit=${PAGE}${from}`)) as {
      items: UserRow[];
      nextCursor: string | null;
    };
    users.push(...page.items);
    cursor = page.nextCursor;
  }
  return users;
}

async function getJson(url: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${answer.status} from ${new URL(url).pathname}: ${await answer.text()}`);
  return answer.json();
}

async function countUnknownMails(eventStoreUrl: string): Promise<number> {
  const [row] = await query<{ count: number }>(
    eventStoreUrl,
    'select coalesce(sum(unknown_outcomes), 0)::integer as count from notifier.inbox',
  );
  return row?.count ?? 0;
}
