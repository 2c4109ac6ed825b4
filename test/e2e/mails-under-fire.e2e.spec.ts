import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describeWithRabbitmq, eventually, startApp, type AppProcess } from '@eventfleet/testing';
import { startFleet, type Fleet } from './support/fleet.js';
import { send } from './support/http.js';
import { capturedMails } from './support/mails.js';
import { startOwnRabbitmq, type OwnRabbitmq } from './support/own-rabbitmq.js';
import { emailOf } from './support/users.js';

const USERS = Number(process.env['EVENTFLEET_MAILS_USERS'] ?? 400);
const CLIENTS = 16;
const DEADLINE_MS = 120_000 + USERS * 20;

/** Written at the end: what was seen. */
const seen: string[] = [];
afterAll(() => process.stderr.write(`${seen.join('\n')}\n`));

describeWithRabbitmq('mails under fire', () => {
  let dataDir: string;
  let rabbitmq: OwnRabbitmq;
  let fleet: Fleet;
  let notifier: AppProcess;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'mails-under-fire-'));
    rabbitmq = await startOwnRabbitmq(join(dataDir, 'rabbitmq'));
    fleet = await startFleet('mails', { env: { RABBITMQ_URL: rabbitmq.url, EVENTFLEET_DATA_DIR: dataDir } });
    notifier = await startApp('notifier', fleet.env);
  }, 120_000);

  afterEach(async () => {
    await notifier.stop();
    await fleet.stop();
    await rabbitmq.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, 60_000);

  it(
    'sends each once, through two restarts of RabbitMQ and three clean stops of the notifier',
    async () => {
      let ended: string[] = [];
      await createUsers(fleet, {
        0.15: async () => (ended = [...ended, await restartNotifier('SIGTERM')]),
        0.3: restartRabbitmq,
        0.45: async () => (ended = [...ended, await restartNotifier('SIGTERM')]),
        0.6: restartRabbitmq,
        0.8: async () => (ended = [...ended, await restartNotifier('SIGTERM')]),
      });
      const mails = await untilAllSent();
      tell('clean stops and restarts', mails);
      expect([...mails.values()].filter((count) => count > 1)).toEqual([]);
      expect(ended).toEqual(['exit code 0', 'exit code 0', 'exit code 0']);
    },
    DEADLINE_MS,
  );

  it(
    'misses none when RabbitMQ and the notifier are killed, and knows which it may have sent twice',
    async () => {
      await createUsers(fleet, {
        0.15: () => restartNotifier('SIGKILL'),
        0.3: killRabbitmq,
        0.45: () => restartNotifier('SIGKILL'),
        0.6: killRabbitmq,
        0.8: () => restartNotifier('SIGKILL'),
      });
      const mails = await untilAllSent();
      const unknown = await unknownOutcomes();
      tell(`kills, ${unknown} unknown outcomes`, mails);
      expect(doubledOf(mails)).toBeLessThanOrEqual(unknown);
    },
    DEADLINE_MS,
  );

  async function restartNotifier(signal: NodeJS.Signals): Promise<string> {
    notifier.kill(signal);
    const ending = await notifier.exited;
    notifier = await startApp('notifier', fleet.env, { until: 'live' });
    return ending;
  }

  async function restartRabbitmq(): Promise<void> {
    await rabbitmq.stop();
    rabbitmq = await startOwnRabbitmq(join(dataDir, 'rabbitmq'), rabbitmq.port);
  }

  async function killRabbitmq(): Promise<void> {
    rabbitmq.kill('SIGKILL');
    await rabbitmq.exited;
    rabbitmq = await startOwnRabbitmq(join(dataDir, 'rabbitmq'), rabbitmq.port);
  }

  async function untilAllSent(): Promise<Map<string, number>> {
    return eventually(
      async () => {
        const mails = await capturedMails(dataDir, 'welcome');
        if (mails.size < USERS) throw new Error(`${mails.size} of ${USERS} users have their mail`);
        return mails;
      },
      { deadlineMs: DEADLINE_MS / 2, describe: 'a welcome mail for each user' },
    );
  }

  async function unknownOutcomes(): Promise<number> {
    const client = new pg.Client({ connectionString: fleet.eventStoreUrl });
    await client.connect();
    const { rows } = await client.query<{ sum: string }>(
      'select coalesce(sum(unknown_outcomes), 0) as sum from notifier.inbox',
    );
    await client.end();
    return Number(rows[0]?.sum);
  }
});

function doubledOf(mails: ReadonlyMap<string, number>): number {
  return [...mails.values()].reduce((sum, count) => sum + count - 1, 0);
}

function tell(what: string, mails: ReadonlyMap<string, number>): void {
  seen.push(`${what}: ${mails.size} users with a welcome mail, ${doubledOf(mails)} mails twice`);
}

/** Creates the users by several clients; what is to happen happens once this part of them is there, while they go on. */
async function createUsers(fleet: Fleet, happenings: Readonly<Record<number, () => Promise<unknown>>>) {
  const [commandApi] = fleet.commandApis;
  const due = Object.entries(happenings).map(([part, happen]) => ({ at: Number(part) * USERS, happen }));
  let created = 0;
  let happening = Promise.resolve<unknown>(undefined);
  const client = async () => {
    while (created < USERS) {
      created++;
      const id = randomUUID();
      const answer = await send('POST', `${commandApi!.url}/users`, { id, name: 'Ada', email: emailOf(id) });
      expect(answer.status).toBe(201);
      while (due[0] && created >= due[0].at) {
        const { happen } = due.shift()!;
        happening = happening.then(happen);
      }
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  await happening;
}
