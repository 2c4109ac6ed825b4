import { eventually } from '@eventfleet/testing';
import { openDelivery, type DeliveryFixture } from './delivery.fixture.js';
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
  await inbox.pool.query('truncate notifier.inbox');
  fixture = await openDelivery(inbox);
  // Nothing but a stop ends what hangs.
  delivery = fixture.copy({ sendTimeoutMs: 60_000 });
});
afterEach(() => fixture.close());

describe('a stop', () => {
  it('ends what hangs, and writes down that its outcome is unknown', async () => {
    fixture.smtp.script = { message: () => 'hang' };
    const hanging = delivery.deliver(fixture.due);
    await eventually(() => fixture.smtp.received.length === 1);
    delivery.endAttempts();
    expect(await hanging).toBe('later');
    expect(await inbox.counts()).toMatchObject({ unsettled: 1, unknownOutcomes: 1 });
  });

  it('ends what has not come to its message as something that was not sent', async () => {
    let asked = false;
    fixture.smtp.script.recipient = () => {
      asked = true;
      return 'hang';
    };
    const hanging = delivery.deliver(fixture.due);
    await eventually(() => asked);
    delivery.endAttempts();
    expect(await hanging).toBe('later');
    expect(await inbox.counts()).toMatchObject({ unsettled: 1, unknownOutcomes: 0 });
  });

  it('begins nothing after it has ended what was under way', async () => {
    delivery.endAttempts();
    expect(await delivery.deliver(fixture.due)).toBe('later');
    expect(fixture.smtp.received).toEqual([]);
    expect(await inbox.counts()).toMatchObject({ unsettled: 0 });
  });
});

describe('a mail that was sent while the inbox went away', () => {
  it('is written down when the inbox is back, not sent again', async () => {
    let failures = 0;
    const pool = new Proxy(inbox.pool, {
      get: (target, key) =>
        key === 'query'
          ? async (statement: { name: string; text: string; values: unknown[] }) => {
              const isLost = statement.name === 'mark-mail-sent' && ++failures <= 3;
              if (isLost) throw new Error('Connection terminated unexpectedly');
              return target.query(statement);
            }
          : Reflect.get(target, key),
    });
    expect(await fixture.copy({ pool }).deliver(fixture.due)).toBe('done');
    expect(failures).toBe(4);
    expect(await delivery.deliver(fixture.due)).toBe('done');
    expect(fixture.smtp.received).toHaveLength(1);
  });
});
