import { randomUUID } from 'node:crypto';
import type { UserEvent } from '@eventfleet/contracts';
import { EventStore } from '@eventfleet/event-store';
import { openInbox, type InboxFixture } from './inbox.fixture.js';
import type { DeliveryOutcome, DueMail } from './mail-delivery.js';
import { UserEventHandler } from './user-event.handler.js';

let inbox: InboxFixture;
let delivered: DueMail[];
let answers: DeliveryOutcome[];
/** Events after whose mails somebody looked whether the user is erased by now. */
let looked: string[];
let handler: UserEventHandler;
let history: UserEvent[];

beforeAll(async () => {
  inbox = await openInbox();
});
afterAll(() => inbox.close());
beforeEach(() => {
  delivered = [];
  answers = [];
  looked = [];
  const deliver = async (due: DueMail) => {
    delivered.push(due);
    return answers.shift() ?? 'done';
  };
  handler = new UserEventHandler({
    pool: inbox.pool,
    eventStore: new EventStore(inbox.pool),
    delivery: { deliver },
    verification: undefined,
    erasure: {
      forgetMails: async () => 'done',
      forgetLateMails: async ({ eventId }) => void looked.push(eventId),
    },
  });
  const id = randomUUID();
  history = [
    { type: 'user.created', data: { id, name: 'Ann', email: 'ann@example.org' } },
    { type: 'user.updated', data: { id, name: 'Bea' } },
    { type: 'user.updated', data: { id, email: 'bea@example.org' } },
    { type: 'user.deleted', data: { id } },
  ];
});

const storeHistory = () => inbox.store(history[0]!.data.id, history);

describe('the mails of an event', () => {
  it('go to the user as it was at that version, in whatever order the events come', async () => {
    const events = await storeHistory();
    for (const event of events.toReversed()) expect(await handler.handle(event)).toBe('done');
    expect(looked).toEqual([events[3], events[2], events[0]].map((event) => event!.eventId));
    expect(delivered.map(({ mail, to, text, eventId }) => [mail, to, text.split('\n')[0], eventId])).toEqual([
      ['goodbye', 'bea@example.org', 'Hello,', events[3]!.eventId],
      ['email-changed', 'bea@example.org', 'Hello,', events[2]!.eventId],
      ['email-changed-notice', 'ann@example.org', 'Hello,', events[2]!.eventId],
      ['welcome', 'ann@example.org', 'Hello,', events[0]!.eventId],
    ]);
  });

  it('go where the event store says, whatever the message says', async () => {
    const [created] = await storeHistory();
    const forged = JSON.stringify({ ...history[0]!.data, email: 'eve@example.org', name: 'Eve' });
    await handler.handle({ ...created!, data: forged });
    expect(delivered).toMatchObject([{ to: 'ann@example.org', text: expect.not.stringContaining('Eve') }]);
  });

  it('are due again as long as one of them is, the others being tried all the same', async () => {
    const events = await storeHistory();
    answers = ['later', 'done'];
    expect(await handler.handle(events[2]!)).toBe('later');
    expect(delivered).toHaveLength(2);
    expect(await handler.handle(events[2]!)).toBe('done');
  });

  it('are none where the event store does not have the event', async () => {
    const [created] = await storeHistory();
    const refused = { code: 'event-missing' };
    await expect(handler.handle({ ...created!, version: 9 })).rejects.toMatchObject(refused);
    expect(delivered).toEqual([]);
  });

  it('are none where it has another event in its place, or the message makes no sense', async () => {
    const [created] = await storeHistory();
    const refused = { code: 'malformed-message' };
    await expect(handler.handle({ ...created!, eventId: randomUUID() })).rejects.toMatchObject(refused);
    await expect(handler.handle({ ...created!, data: '{' })).rejects.toMatchObject({
      code: 'malformed-json',
    });
    await expect(handler.handle({ ...created!, type: 'user.unheard-of' })).rejects.toMatchObject({
      code: 'unknown-event-type',
    });
    expect(delivered).toEqual([]);
  });
});

describe('the origin', () => {
  afterEach(async () => {
    await inbox.pool.query('update notifier.origin set global_position = 0');
  });

  it('keeps earlier events from causing mails', async () => {
    const events = await storeHistory();
    await inbox.pool.query('update notifier.origin set global_position = $1', [events[0]!.globalPosition]);
    for (const event of events) expect(await handler.handle(event)).toBe('done');
    expect(delivered.map(({ mail }) => mail)).toEqual(['email-changed', 'email-changed-notice', 'goodbye']);
  });

  it('is waited for', async () => {
    const [created] = await storeHistory();
    const { rows } = await inbox.pool.query('delete from notifier.origin returning global_position');
    expect(await handler.handle(created!)).toBe('later');
    await inbox.pool.query('insert into notifier.origin (global_position) values ($1)', [
      rows[0].global_position,
    ]);
    expect(await handler.handle(created!)).toBe('done');
    expect(delivered).toHaveLength(1);
  });
});
