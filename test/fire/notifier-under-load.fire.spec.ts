import { NOTIFIER_QUEUE } from '@eventfleet/contracts';
import { describeDeadLetterQueue } from '@eventfleet/rabbitmq';
import { describeWithRabbitmq, eventually, startScriptedSmtp } from '@eventfleet/testing';
import { BUSY_MS } from '../e2e/support/busy-machine.js';
import { readFailures } from '../e2e/support/mail-failures.js';
import { expectEachOnce, openMailStage, type MailStage } from '../e2e/support/mail-stage.js';
import { metric } from '../e2e/support/metrics.js';

const USERS = 800;
/** So that the claims of a process that was killed run out soon. */
const SMTP_TIMEOUT = '1s';
const DEADLINE_MS = 90_000;

let stage: MailStage;
afterEach(() => stage.close());

/** Waits until this much of the work is done, and some of it is under way. */
const isPartDone = (share: number) =>
  eventually(async () => (await stage.counts()).sent > USERS * share, { deadlineMs: DEADLINE_MS });

describeWithRabbitmq('the notifier under load', (rabbitmqUrl) => {
  beforeEach(async () => {
    stage = await openMailStage('mail-load', rabbitmqUrl);
  });

  it('sends no second mail for an event that comes again', async () => {
    const events = await stage.createUsers(100);
    const app = await stage.start();
    await stage.publish([...events, ...events]);
    await stage.settled(100);
    await stage.publish(events);
    const duplicates = () => metric(app.url, 'eventfleet_notifier_duplicates_dropped_total');
    await eventually(async () => (await duplicates()) === 200, { deadlineMs: DEADLINE_MS });
    expect(await stage.mails()).toHaveLength(100);
    expect(await metric(app.url, 'eventfleet_notifier_mails_sent_total')).toBe(100);
    expect(app.logs()).not.toMatch(/@example\.org|Ada/);
  });

  it('stopped cleanly three times owes no mail and sends none twice', async () => {
    const events = await stage.createUsers(USERS);
    await stage.publish(events);
    for (const share of [0.15, 0.35, 0.6]) {
      const app = await stage.start();
      await isPartDone(share);
      const before = Date.now();
      expect(await app.stop()).toBe('exit code 0');
      expect(Date.now() - before).toBeLessThan(10_000 + BUSY_MS);
    }
    await stage.start();
    expect(await stage.settled(USERS, DEADLINE_MS)).toMatchObject({ sent: USERS, unknownOutcomes: 0 });
    const mails = await stage.mails();
    expectEachOnce(events, mails, 0);
    expect(mails).toHaveLength(USERS);
  }, 240_000);

  it('killed twice, with another copy beside it, owes no mail, and what it sent twice is counted', async () => {
    const events = await stage.createUsers(USERS);
    await stage.publish(events);
    for (const share of [0.2, 0.5]) {
      const [first] = await Promise.all([stage.start({ SMTP_TIMEOUT }), stage.start({ SMTP_TIMEOUT })]);
      await isPartDone(share);
      first.kill('SIGKILL');
      expect(await first.exited).toBe('SIGKILL');
    }
    const { sent, unknownOutcomes } = await stage.settled(USERS, DEADLINE_MS);
    expect(sent).toBe(USERS);
    expectEachOnce(events, await stage.mails(), unknownOutcomes);
  }, 240_000);

  it('puts with the dead letters what makes no sense, and goes on', async () => {
    const app = await stage.start();
    const [event, another] = await stage.createUsers(2);
    await stage.publish([{ ...event!, data: '{' }, { ...event!, type: 'user.unheard-of' }, another!]);
    await stage.settled(1);
    const settings = { url: rabbitmqUrl, prefix: stage.env['RABBITMQ_PREFIX']! };
    await eventually(async () => (await describeDeadLetterQueue(settings, NOTIFIER_QUEUE))?.waiting === 2);
    const letters = await describeDeadLetterQueue(settings, NOTIFIER_QUEUE);
    expect(letters?.oldest).toMatchObject({ messageId: event!.eventId, error: { code: 'malformed-json' } });
    expect(await app.stop()).toBe('exit code 0');
  });

  it('reports what is refused, once by its id, and sends the rest', async () => {
    const events = await stage.createUsers(200);
    const isRefused = (index: number) => index % 10 === 0;
    const refused = events.filter((_, index) => isRefused(index));
    const addresses = new Set(refused.map(({ aggregateId }) => `${aggregateId}@example.org`));
    const smtp = await startScriptedSmtp({
      recipient: (address) => (addresses.has(address) ? '550 no such user' : undefined),
    });
    try {
      await stage.start({ SMTP_URL: smtp.url });
      await stage.publish([...events, ...events]);
      expect(await stage.settled(200)).toMatchObject({ sent: 180, failed: 20 });
      const failures = await readFailures(stage.env);
      expect(new Set(failures.map(({ recordId }) => recordId)).size).toBe(20);
      expect(new Set(failures.map(({ eventId }) => eventId))).toEqual(new Set(refused.map((e) => e.eventId)));
      expect(smtp.received).toHaveLength(180);
    } finally {
      await smtp.close();
    }
  });
});
