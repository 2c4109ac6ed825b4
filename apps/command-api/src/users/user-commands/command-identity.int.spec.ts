import { randomUUID } from 'node:crypto';
import {
  fromUserCommand,
  toUserCommand,
  type CloudEventMessage,
  type ReceivedUserCommand,
  type UserEvent,
  type UserState,
} from '@eventfleet/contracts';
import { CommandExecutor, EventStore, migrateEventStore } from '@eventfleet/event-store';
import { newId } from '@eventfleet/ids';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import type pg from 'pg';
import { userDecider, type UserCommand } from '../user.decider.js';
import { IncomingUserCommand } from './incoming-user-command.js';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase('command-identity');
  await migrateEventStore(database.url);
  pool = createPool({
    url: database.url,
    applicationName: 'test',
    max: 2,
    pipeline: true,
    readOnly: true,
  });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** A command as it comes from Kafka: with the id of another source's, if one is given. */
function received(source: string, commandId: string, userId: string = randomUUID()): ReceivedUserCommand {
  const data = { name: 'Ada', email: `${userId}@example.org` };
  const { key, value, headers } = toUserCommand(
    { commandId, userId, type: 'create-user', data },
    { source, time: new Date().toISOString() },
  );
  return fromUserCommand({ key: Buffer.from(key), value: Buffer.from(value), headers });
}

/** Each call is a process of its own: it knows nothing but the store. */
async function handle(...commands: readonly ReceivedUserCommand[]): Promise<CloudEventMessage[]> {
  const executor = new CommandExecutor<UserState, UserCommand, UserEvent>({
    eventStore: new EventStore(pool),
    decider: userDecider,
    clockAndIds: { now: () => new Date(), newId },
  });
  return Promise.all(
    commands.map(async (command) => {
      if (command.type !== 'create-user') throw new Error('only users are created here');
      const { userId: id, type, data } = command;
      const incoming = new IncomingUserCommand(command, new Date().toISOString());
      const execution = { aggregateId: id, command: { type, id, ...data }, ...incoming.context };
      return incoming.replyTo(await executor.execute(execution));
    }),
  );
}

/** What the release before stored for a command: the whole reply, under its id alone. */
async function storeInOldForm(command: ReceivedUserCommand): Promise<CloudEventMessage> {
  const { source: _, ...withoutSource } = command;
  const incoming = new IncomingUserCommand(withoutSource, '2026-11-24T12:00:00.000Z');
  const { scope, fingerprint } = incoming.context.idempotency!;
  const reply = incoming.replyTo({ kind: 'accepted', version: 7, events: [] });
  const answer = JSON.stringify(reply);
  const stored = { scope, key: command.commandId, fingerprint, answer };
  await new EventStore(pool).appendBatch({ events: [], idempotencyAnswers: [stored] });
  return reply;
}

async function countEvents({ userId }: ReceivedUserCommand): Promise<number> {
  const { rowCount } = await pool.query('select from events where aggregate_id = $1', [userId]);
  return rowCount ?? 0;
}

const typeOf = ({ headers }: CloudEventMessage) => headers['ce_type'];

describe('a command over Kafka', () => {
  it('takes effect though another source has used its id for another user', async () => {
    const id = randomUUID();
    const [a, b] = [received('/a', id), received('/b', id)];
    const [first] = await handle(a);
    const [second] = await handle(b);

    expect([first!, second!].map(typeOf)).toEqual(['command.accepted', 'command.accepted']);
    expect(await Promise.all([a, b].map(countEvents))).toEqual([1, 1]);
    expect(first!.headers).toMatchObject({ ce_causationid: id, ce_commandsource: '/a' });
    expect(second!.headers).toMatchObject({ ce_causationid: id, ce_commandsource: '/b' });
    expect(first!.headers['ce_id']).not.toBe(second!.headers['ce_id']);
  });

  it('takes effect together with one of another source that has its id', async () => {
    const id = randomUUID();
    const commands = [received('/a', id), received('/b', id), received('/eventfleet/process-manager', id)];

    expect((await handle(...commands)).map(typeOf)).toEqual(commands.map(() => 'command.accepted'));
    expect(await Promise.all(commands.map(countEvents))).toEqual([1, 1, 1]);
  });

  it('takes effect once if its source sends it again, with the same reply', async () => {
    const command = received('/a', randomUUID());
    const [first] = await handle(command);

    expect(await handle(command)).toEqual([first]);
    expect(await countEvents(command)).toBe(1);
    const other = received('/a', command.commandId);
    await expect(handle(other)).rejects.toMatchObject({ code: 'idempotency-key-reused' });
    expect(await countEvents(other)).toBe(0);
  });

  it('that a former release has answered is answered the same again, and takes no further effect', async () => {
    const command = received('/a', randomUUID());
    const reply = await storeInOldForm(command);

    expect(await handle(command)).toEqual([reply]);
    expect(await countEvents(command)).toBe(0);
  });

  it('is not stopped by what a former release has answered to another source', async () => {
    const old = received('/a', randomUUID());
    await storeInOldForm(old);
    const command = received('/b', old.commandId);
    const [reply] = await handle(command);

    expect(typeOf(reply!)).toBe('command.accepted');
    expect(await countEvents(command)).toBe(1);
    expect(await handle(command)).toEqual([reply]);
  });
});
