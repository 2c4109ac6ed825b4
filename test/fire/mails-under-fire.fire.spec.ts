import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describeWithInstalledRabbitmq, eventually, type AppProcess } from '@eventfleet/testing';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { capturedMails } from '../e2e/support/mails.js';
import { startOwnRabbitmq, type OwnRabbitmq } from '../e2e/support/own-rabbitmq.js';
import { createUserAt } from '../e2e/support/users.js';

const USERS = Number(process.env['EVENTFLEET_MAILS_USERS'] ?? 400);
const CLIENTS = 16;
/** So that the claims of a process that was killed run out soon; clean stops leave none, and have the usual time. */
const BRIEF_CLAIMS = { SMTP_TIMEOUT: '1s' };
const DEADLINE_MS = 120_000 + USERS * 20;

/** Written at the end: what was seen. */
const seen: string[] = [];
afterAll(() => process.stderr.write(`${seen.join('\n')}\n`));

await describeWithInstalledRabbitmq('mails under fire', () => {
  let dataDir: string;
  let rabbitmq: OwnRabbitmq;
  let fleet: Fleet;
  let notifier: AppProcess;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'mails-under-fire-'));
    rabbitmq = await startOwnRabbitmq(join(dataDir, 'rabbitmq'));
    fleet = await startFleet('mails', { env: { RABBITMQ_URL: rabbitmq.url, EVENTFLEET_DATA_DIR: dataDir } });
  });

  afterEach(async () => {
    await fleet.stop();
    await rabbitmq.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it(
    'sends each once, through two restarts of RabbitMQ and three clean stops of the notifier',
    async () => {
      notifier = await fleet.start('notifier');
      let ended: string[] = [];
      await mailUsers({
        0.15: async () => (ended = [...ended, await restartNotifier('SIGTERM')]),
        0.3: restartRabbitmq,
        0.45: async () => (ended = [...ended, await restartNotifier('SIGTERM')]),
        0.6: restartRabbitmq,
        0.8: async () => (ended = [...ended, await restartNotifier('SIGTERM')]),
      });
      const mails = await untilAllSent();
      tell('clean stops and restarts', mails);
      expect([...mails.values()].filter((count) => count > 1)).toEqual([]);
      expect(await unknownOutcomes()).toBe(0);
      expect(ended).toEqual(['exit code 0', 'exit code 0', 'exit code 0']);
    },
    DEADLINE_MS,
  );

  it(
    'misses none when RabbitMQ and the notifier are killed, and knows which it may have sent twice',
    async () => {
      notifier = await fleet.start('notifier', BRIEF_CLAIMS);
      await mailUsers({
        0.15: () => restartNotifier('SIGKILL', BRIEF_CLAIMS),
        0.3: killRabbitmq,
        0.45: () => restartNotifier('SIGKILL', BRIEF_CLAIMS),
        0.6: killRabbitmq,
        0.8: () => restartNotifier('SIGKILL', BRIEF_CLAIMS),
      });
      const mails = await untilAllSent();
      const unknown = await unknownOutcomes();
      tell(`kills, ${unknown} unknown outcomes`, mails);
      expect(doubledOf(mails)).toBeLessThanOrEqual(unknown);
    },
    DEADLINE_MS,
  );

  /** Creates the users; what is to happen happens once this part of their mails is sent, while the others are. */
  async function mailUsers(happenings: Readonly<Record<number, () => Promise<unknown>>>): Promise<void> {
    const load = createUsers(fleet.commandApis[0]!.url);
    for (const [part, happen] of Object.entries(happenings)) {
      const isPartDone = async () => (await capturedMails(dataDir, 'welcome')).size >= Number(part) * USERS;
      await eventually(isPartDone, { deadlineMs: DEADLINE_MS / 2, describe: `${part} of the mails` });
      await happen();
    }
    await load;
  }

  async function restartNotifier(signal: NodeJS.Signals, env: Record<string, string> = {}): Promise<string> {
    notifier.kill(signal);
    const ending = await notifier.exited;
    notifier = await fleet.start('notifier', env, { until: 'live' });
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

/** By several clients at once. */
async function createUsers(commandApi: string): Promise<void> {
  let created = 0;
  const client = async () => {
    while (created < USERS) {
      created++;
      await createUserAt(`${commandApi}/users`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}
