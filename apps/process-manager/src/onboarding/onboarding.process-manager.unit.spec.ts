import {
  notificationEvents,
  notificationId,
  userEvents,
  verificationDigest,
  type EventEnvelope,
  type MailName,
  type NotificationEvent,
  type UserEvent,
} from '@eventfleet/contracts';
import { envelopes, specifyProcessManager } from '@eventfleet/testing';
import { onboarding } from './onboarding.process-manager.js';

const id = '0190b6e8-0000-7000-8000-000000000001';
const TIMEOUT_MS = 60_000;
const processManager = onboarding(TIMEOUT_MS);
const { given } = specifyProcessManager(processManager);

/** Version n happens n seconds after this. */
const START = Date.UTC(2026, 0, 1);
const at = (seconds: number) => new Date(START + seconds * 1_000).toISOString();

const [created, renamed, moved, reminded, verified, deactivated, deleted] = (
  [
    { type: 'user.created', data: { id, name: 'Ada', email: 'ada@example.org', status: 'pending' } },
    { type: 'user.updated', data: { id, name: 'Ada King' } },
    { type: 'user.updated', data: { id, email: 'king@example.org' } },
    { type: 'user.verification-reminded', data: { id } },
    { type: 'user.email-verified', data: { id } },
    { type: 'user.deactivated', data: { id, reason: 'email-not-verified' } },
    { type: 'user.deleted', data: { id } },
  ] satisfies UserEvent[]
).map((event, index) => envelopes<UserEvent>(userEvents, id, [event], index + 1)[0]!) as [
  EventEnvelope<UserEvent>,
  ...EventEnvelope<UserEvent>[],
] &
  Record<number, EventEnvelope<UserEvent>>;
const [exempt] = envelopes<UserEvent>(userEvents, id, [
  { type: 'user.created', data: { id, name: 'Ada', email: 'ada@example.org' } },
]) as [EventEnvelope<UserEvent>];

function failed(mail: MailName, about: EventEnvelope<UserEvent>): EventEnvelope<NotificationEvent> {
  const notification = notificationId(about.eventId, mail);
  const event: NotificationEvent = {
    type: 'notification.failed',
    data: { id: notification, userId: id, eventId: about.eventId, mail, reason: 'refused' },
  };
  return envelopes<NotificationEvent>(notificationEvents, notification, [event])[0]!;
}

const due = (name: 'remind' | 'expire' | 'forget', dueAt: string, firedAt = dueAt) =>
  ({ type: 'timer', name, dueAt, firedAt }) as const;
const emailDigest = verificationDigest('ada@example.org');
const remind = { type: 'remind-user', aggregateId: id, data: { emailDigest } } as const;
const deactivate = (reason: 'email-not-verified' | 'notification-failed', email = 'ada@example.org') =>
  ({
    type: 'deactivate-user',
    aggregateId: id,
    data: { reason, emailDigest: verificationDigest(email) },
  }) as const;

const WHILE_WAITING = { remind: at(31), expire: at(61) };

describe('onboarding', () => {
  it('waits for a user who is pending: half-way a reminder, then the end', () => {
    given().when(created).expectCommands().expectTimers(WHILE_WAITING);
  });

  it('exempts users who are not pending when they are created', () => {
    given().when(exempt).expectEnded();
    given(exempt).when(renamed!).expectEnded();
    given(exempt).when(moved!).expectEnded();
    given(exempt).when(reminded!).expectEnded();
  });

  it('reminds half-way, and waits on', () => {
    given(created)
      .when(due('remind', at(31)))
      .expectCommands(remind)
      .expectTimers({ expire: at(61) });
  });

  it('reminds late, but not once the time is over', () => {
    given(created)
      .when(due('remind', at(31), at(60)))
      .expectCommands(remind);
    given(created)
      .when(due('remind', at(31), at(61)))
      .expectCommands()
      .expectTimers({ expire: at(61) });
  });

  it('deactivates a user who has not verified the email in time', () => {
    const outcome = given(created, due('remind', at(31))).when(due('expire', at(61)));
    outcome.expectCommands(deactivate('email-not-verified')).expectTimers({ expire: at(121) });
    given(created, due('remind', at(31)), due('expire', at(61)))
      .when(deactivated!)
      .expectEnded();
  });

  it('sends the deactivation again if nothing comes of it: after the time to verify, within bounds', () => {
    given(created, due('expire', at(61)))
      .when(due('expire', at(121)))
      .expectCommands(deactivate('email-not-verified'))
      .expectTimers({ expire: at(181) });
    for (const [timeoutS, resendS] of [
      [1, 30],
      [7 * 24 * 3_600, 3_600],
    ] as const) {
      specifyProcessManager(onboarding(timeoutS * 1_000))
        .given(created)
        .when(due('expire', at(61)))
        .expectTimers({ expire: at(61 + resendS) });
    }
  });

  it.each([
    ['verified', () => verified!],
    ['deleted', () => deleted!],
    ['deactivated', () => deactivated!],
  ])('ends when the user is %s, with its timers', (_, event) => {
    given(created).when(event()).expectEnded();
    given(created, due('remind', at(31)), reminded!)
      .when(event())
      .expectEnded();
  });

  it('begins anew with another email, from the time of its change', () => {
    given(created)
      .when(moved!)
      .expectCommands()
      .expectTimers({ remind: at(33), expire: at(63) });
    given(created, due('remind', at(31)), reminded!)
      .when(moved!)
      .expectTimers({ remind: at(33), expire: at(63) });
  });

  it('goes on with another name', () => {
    given(created).when(renamed!).expectCommands().expectTimers(WHILE_WAITING);
  });

  it('does not begin again after its end', () => {
    given(created, verified!).when(moved!).expectEnded();
    given(created, verified!).when(reminded!).expectEnded();
    given(created, due('expire', at(61)), deactivated!)
      .when(moved!)
      .expectEnded();
  });

  it('ends when the user was verified, or deleted, before the deactivation came', () => {
    given(created, due('expire', at(61)))
      .when(verified!)
      .expectEnded();
    given(created, due('expire', at(61)))
      .when(deleted!)
      .expectEnded();
  });

  it('begins anew when the email had changed before the deactivation came, which is void then', () => {
    given(created, due('expire', at(61)))
      .when(moved!)
      .expectCommands()
      .expectTimers({ remind: at(33), expire: at(63) });
  });
});

describe('a mail that cannot be delivered', () => {
  it.each<[MailName, string, string, readonly EventEnvelope<UserEvent>[], EventEnvelope<UserEvent>]>([
    ['welcome', 'the creation', 'ada@example.org', [created], created],
    ['email-changed', 'the change of the email', 'king@example.org', [created, moved!], moved!],
    ['reminder', 'a reminder', 'ada@example.org', [created, reminded!], reminded!],
  ])('deactivates at once: %s, about %s', (mail, _, email, history, about) => {
    given(...history)
      .when(failed(mail, about))
      .expectCommands(deactivate('notification-failed', email))
      .expectTimers({ expire: at(61) });
  });

  it.each<[string, MailName, EventEnvelope<UserEvent>]>([
    ['the notice to the earlier email', 'email-changed-notice', moved!],
    ['the welcome to the earlier email', 'welcome', created],
    ['a goodbye', 'goodbye', deleted!],
  ])('does not matter where it is %s', (_, mail, about) => {
    given(created, moved!)
      .when(failed(mail, about))
      .expectCommands()
      .expectTimers({ remind: at(33), expire: at(63) });
  });

  it('does not matter if it reminded of an earlier email', () => {
    given(created, reminded!, moved!)
      .when(failed('reminder', reminded!))
      .expectCommands()
      .expectTimers({ remind: at(33), expire: at(63) });
  });

  it('is remembered if it arrives before the event that it is about', () => {
    const early = failed('welcome', created);
    given()
      .when(early)
      .expectCommands()
      .expectTimers({ forget: at(61 + 86_400) });
    given(early)
      .when(created)
      .expectCommands(deactivate('notification-failed'))
      .expectTimers({ expire: at(61) });
    given(created, failed('email-changed', moved!))
      .when(moved!)
      .expectCommands(deactivate('notification-failed', 'king@example.org'));
    given(created, failed('reminder', reminded!))
      .when(reminded!)
      .expectCommands(deactivate('notification-failed'));
  });

  it('is remembered next to others, and changes nothing if it is about none of them', () => {
    given(failed('email-changed', moved!)).when(created).expectCommands().expectTimers(WHILE_WAITING);
    given(failed('welcome', created), failed('email-changed', moved!))
      .when(created)
      .expectCommands(deactivate('notification-failed'));
  });

  it('is forgotten if the user is exempt, or never comes', () => {
    given(failed('welcome', exempt)).when(exempt).expectEnded();
    given(exempt, failed('welcome', exempt)).when(renamed!).expectEnded();
    given(exempt, failed('welcome', exempt))
      .when(due('forget', at(61 + 86_400)))
      .expectEnded();
    given(exempt).when(failed('goodbye', deleted!)).expectEnded();
  });
});

it('follows the user whom a mail is for', () => {
  expect(processManager.instanceOf(failed('welcome', created))).toBe(id);
  expect(processManager.instanceOf(created)).toBe(id);
});
