import type { Failpoint } from '@eventfleet/resilience';
import { describeWithRabbitmq, startScriptedSmtp, type ScriptedSmtp } from '@eventfleet/testing';
import { readFailures } from '../e2e/support/mail-failures.js';
import { expectEachOnce, openMailStage, type MailStage } from '../e2e/support/mail-stage.js';

/** A claim runs out five seconds after this: then the mail of a process that died is sent by the next one. */
const SMTP_TIMEOUT = '1s';
const USERS = 40;

describeWithRabbitmq('a notifier that is killed', (rabbitmqUrl) => {
  let stage: MailStage;
  let smtp: ScriptedSmtp;
  beforeEach(async () => {
    smtp = await startScriptedSmtp();
    stage = await openMailStage('mail-failpoint', rabbitmqUrl);
  });
  afterEach(async () => {
    await smtp.close();
    await stage.close();
  });

  /** Publishes new users' events to a notifier that dies on the way of one of them. */
  async function killAt(failpoint: Failpoint, env: Readonly<Record<string, string>> = {}) {
    const armed = await stage.start({ ...env, SMTP_TIMEOUT, EVENTFLEET_FAILPOINT: `${failpoint}@7` });
    const events = await stage.createUsers(USERS);
    await stage.publish(events);
    expect(await armed.exited).toBe('SIGKILL');
    expect(armed.logs()).toContain(`failpoint reached: ${failpoint}\n`);
    return events;
  }

  it.each<[Failpoint, number]>([
    ['between claim and mail', 0],
    ['between mail and inbox', 1],
    ['between inbox and acknowledgement', 0],
  ])('%s owes no mail, and what it sent twice is counted', async (failpoint, atLeastTwice) => {
    const events = await killAt(failpoint);

    const again = await stage.start({ SMTP_TIMEOUT });
    const { unknownOutcomes, ...counts } = await stage.settled(USERS, 60_000);
    expect(await again.stop()).toBe('exit code 0');

    const mails = await stage.mails();
    expect(counts).toEqual({ sent: USERS, failed: 0, unsettled: 0 });
    expectEachOnce(events, mails, unknownOutcomes);
    expect(mails.length - USERS).toBeGreaterThanOrEqual(atLeastTwice);
  });

  it('between failure report and inbox has reported every failure, by one id each', async () => {
    smtp.script = { recipient: () => '550 no such user' };
    await killAt('between failure report and inbox', { SMTP_URL: smtp.url });
    expect((await readFailures(stage.env)).length).toBeGreaterThan(0);

    smtp.script = {};
    const again = await stage.start({ SMTP_URL: smtp.url, SMTP_TIMEOUT });
    const { sent, failed } = await stage.settled(USERS, 60_000);
    expect(await again.stop()).toBe('exit code 0');

    const failures = await readFailures(stage.env);
    const ids = new Set(failures.map(({ recordId }) => recordId));
    expect([sent, failed]).toEqual([smtp.received.length, ids.size]);
    expect(new Set(failures.map(({ eventId }) => eventId)).size).toBe(failed);
  });
});
