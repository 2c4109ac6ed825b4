import { randomUUID } from 'node:crypto';
import { claimMail } from '@eventfleet/notifications';
import { eventually, type Deviation, type ScriptedSmtp } from '@eventfleet/testing';
import { inTurn, openDelivery, type DeliveryFixture } from './delivery.fixture.js';
import { openInbox, type InboxFixture } from './inbox.fixture.js';
import type { MailDelivery } from './mail-delivery.js';

let inbox: InboxFixture;
let fixture: DeliveryFixture;
let delivery: MailDelivery;

beforeAll(async () => {
  inbox = await openInbox();
});
afterAll(() => inbox.close());
beforeEach(async () => {
  await inbox.pool.query('truncate notifier.inbox, notifier.mail_quotas');
  fixture = await openDelivery(inbox);
  delivery = fixture.copy();
});
afterEach(() => fixture.close());

describe('a mail', () => {
  it('is sent once, however often it is due', async () => {
    expect(await delivery.deliver(fixture.due)).toBe('done');
    expect(await delivery.deliver(fixture.due)).toBe('done');
    expect(await fixture.copy().deliver(fixture.due)).toBe('done');

    expect(fixture.smtp.received).toEqual([
      {
        to: 'ann@example.org',
        raw: expect.stringContaining(`Message-ID: <${fixture.due.eventId}.welcome@eventfleet>`),
      },
    ]);
    expect(await inbox.counts()).toEqual({ sent: 1, failed: 0, unsettled: 0, unknownOutcomes: 0 });
  });

  it('is sent by one of many who come at once', async () => {
    const copies = Array.from({ length: 8 }, () => fixture.copy());
    // So that none of them has to wait for a connection to the inbox.
    await Promise.all(copies.map(() => inbox.pool.query('select pg_sleep(0.05)')));
    const answers = await Promise.all(copies.map((copy) => copy.deliver(fixture.due)));
    expect(answers).toContain('done');
    expect(fixture.smtp.received).toHaveLength(1);
    expect(await delivery.deliver(fixture.due)).toBe('done');
    expect(fixture.smtp.received).toHaveLength(1);
  });

  it('is another one than that of another name for the same event', async () => {
    await delivery.deliver(fixture.due);
    await delivery.deliver({ ...fixture.due, mail: 'goodbye' });
    expect(fixture.smtp.received).toHaveLength(2);
  });
});

describe('a mail beyond those of a day', () => {
  it.each([{ addressPerDay: 2 }, { userPerDay: 2 }])('is never sent, nor reported: %j', async (quota) => {
    const bounded = fixture.copy(quota);
    const mails = Array.from({ length: 4 }, () => ({ ...fixture.due, eventId: randomUUID() }));
    for (const due of mails) expect(await bounded.deliver(due)).toBe('done');
    expect(fixture.smtp.received).toHaveLength(2);
    expect(await inbox.counts()).toEqual({ sent: 2, failed: 2, unsettled: 0, unknownOutcomes: 0 });
    expect(fixture.reports).toEqual([]);
    expect(await bounded.deliver(mails[3]!)).toBe('done');
    expect(fixture.smtp.received).toHaveLength(2);
  });

  it('is one that was not tried before: to try again costs nothing', async () => {
    const bounded = fixture.copy({ userPerDay: 1 });
    fixture.smtp.script = { message: inTurn('451 later', '451 later') };
    for (const outcome of ['later', 'later', 'done'])
      expect(await bounded.deliver(fixture.due)).toBe(outcome);
    expect(fixture.smtp.received).toHaveLength(1);
  });
});

describe('a mail that the server puts off', () => {
  it.each<[string, keyof ScriptedSmtp['script'], Deviation]>([
    ['with 4xx for the recipient', 'recipient', '450 busy'],
    ['with 4xx for the message', 'message', '451 later'],
    ['with 5xx for the sender, our setting', 'sender', '550 who are you'],
    ['with 5xx for the session', 'greeting', '554 no service'],
    ['by hanging up before the message', 'recipient', 'drop'],
  ])('%s is sent later, once', async (_, step, deviation) => {
    fixture.smtp.script = { [step]: inTurn(deviation) };
    expect(await delivery.deliver(fixture.due)).toBe('later');
    expect(await delivery.deliver(fixture.due)).toBe('done');
    expect(fixture.smtp.received).toHaveLength(1);
    expect(await inbox.counts()).toEqual({ sent: 1, failed: 0, unsettled: 0, unknownOutcomes: 0 });
    expect(fixture.reports).toEqual([]);
  });

  it('for a wrong password is sent later, once', async () => {
    const url = fixture.smtp.url.replace('//', '//fleet:wrong@');
    fixture.smtp.script = { login: inTurn('535 wrong', '535 wrong') };
    const withPassword = fixture.copy({ sender: fixture.senderTo(url) });
    expect(await withPassword.deliver(fixture.due)).toBe('later');
    expect(await eventually(async () => (await withPassword.deliver(fixture.due)) === 'done')).toBe(true);
    expect(fixture.smtp.received).toHaveLength(1);
  });

  it('as it cannot be reached is sent later', async () => {
    await fixture.smtp.close();
    expect(await delivery.deliver(fixture.due)).toBe('later');
    expect(await inbox.counts()).toMatchObject({ unsettled: 1, unknownOutcomes: 0 });
  });

  it('for too long is given up', async () => {
    fixture.smtp.script = { recipient: () => '450 busy' };
    expect(await fixture.copy({ giveUpAfterMs: 0 }).deliver(fixture.due)).toBe('done');
    expect(fixture.reports).toMatchObject([
      { eventId: fixture.due.eventId, mail: 'welcome', reason: 'given-up' },
    ]);
    expect(await inbox.counts()).toMatchObject({ failed: 1 });
  });
});

describe('a mail that the server refuses for good', () => {
  beforeEach(() => {
    fixture.smtp.script = { recipient: () => '550 5.1.1 no such user' };
  });

  it('is reported, and never sent again', async () => {
    expect(await delivery.deliver(fixture.due)).toBe('done');
    fixture.smtp.script = {};
    expect(await delivery.deliver(fixture.due)).toBe('done');
    expect(fixture.reports).toMatchObject([
      { reason: 'refused', event: { aggregateId: fixture.due.event.aggregateId } },
    ]);
    expect(fixture.smtp.received).toEqual([]);
    expect(await inbox.counts()).toEqual({ sent: 0, failed: 1, unsettled: 0, unknownOutcomes: 0 });
  });

  it('is reported, not sent, by whoever comes after a report that failed; as it would have been', async () => {
    const cut = fixture.copy({
      report: {
        async publish(failure) {
          fixture.reports.push(failure);
          throw new Error('Kafka is away');
        },
      },
    });
    await expect(cut.deliver(fixture.due)).rejects.toThrow('Kafka is away');
    fixture.smtp.script = {};
    expect(await delivery.deliver(fixture.due)).toBe('done');
    expect(fixture.reports).toHaveLength(2);
    expect(fixture.reports[1]).toMatchObject({
      reason: fixture.reports[0]!.reason,
      decidedAt: fixture.reports[0]!.decidedAt,
    });
    expect(fixture.smtp.received).toEqual([]);
  });

  it('as a message too', async () => {
    fixture.smtp.script = { message: () => '554 spam' };
    expect(await delivery.deliver(fixture.due)).toBe('done');
    expect(fixture.reports).toMatchObject([{ reason: 'refused' }]);
  });
});

describe('a mail of which nobody knows whether it was sent', () => {
  it.each<[string, Deviation]>([
    ['because the connection broke', 'drop'],
    ['because no answer came', 'hang'],
  ])('%s is counted and sent again', async (_, deviation) => {
    fixture.smtp.script = { message: inTurn(deviation) };
    const impatient = fixture.copy({ sendTimeoutMs: 500 });
    expect(await impatient.deliver(fixture.due)).toBe('later');
    expect(await delivery.deliver(fixture.due)).toBe('done');
    expect(fixture.smtp.received).toHaveLength(2);
    expect(await inbox.counts()).toEqual({ sent: 1, failed: 0, unsettled: 0, unknownOutcomes: 1 });
  });

  it('because its sender died is left alone until the claim runs out, counted and sent again', async () => {
    expect(await claimMail(inbox.pool, fixture.due, 400)).toMatchObject({
      kind: 'claimed',
      followsUnknown: false,
    });
    expect(await delivery.deliver(fixture.due)).toBe('later');
    expect(fixture.smtp.received).toEqual([]);
    await eventually(async () => (await delivery.deliver(fixture.due)) === 'done');
    expect(fixture.smtp.received).toHaveLength(1);
    expect(await inbox.counts()).toMatchObject({ sent: 1, unknownOutcomes: 1 });
  });

  it('is given up after five times', async () => {
    fixture.smtp.script = { message: () => 'drop' };
    const answers = [];
    for (let time = 0; time < 6; time++) answers.push(await delivery.deliver(fixture.due));
    expect(answers).toEqual([...Array<string>(5).fill('later'), 'done']);
    expect(fixture.smtp.received).toHaveLength(5);
    expect(fixture.reports).toMatchObject([{ reason: 'given-up' }]);
  });
});
