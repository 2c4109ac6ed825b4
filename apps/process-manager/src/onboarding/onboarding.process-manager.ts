import {
  notificationEvents,
  userCommands,
  userEvents,
  verificationDigest,
  type DeactivationReason,
  type EventEnvelope,
  type MailName,
  type NotificationEvent,
  type UserCommandContent,
  type UserEvent,
} from '@eventfleet/contracts';
import type { Message, ProcessManager, Reaction } from '@eventfleet/process-managers';

type OnboardingTimer = 'remind' | 'expire' | 'forget';
type OnboardingMessage = Message<UserEvent | NotificationEvent, OnboardingTimer>;
type OnboardingReaction = Reaction<Onboarding, UserCommandContent, OnboardingTimer>;

/** Events about which a mail has failed; of some this process manager may not have heard yet. */
type Failed = readonly string[];

interface Waiting {
  /** Ending: the deactivation is on its way. It is refused where the user was verified, or has another email, meanwhile. */
  readonly status: 'waiting' | 'ending';
  readonly userId: string;
  /** Of the email of now, as far as this process manager has heard. */
  readonly emailDigest: string;
  /** Of the email of now: the event that began the wait for its verification, and those that reminded of it. */
  readonly mailedAbout: readonly string[];
  readonly failed: Failed;
}

/** Nothing is known of the user but mails that failed: another topic was faster, or the user is exempt. */
interface UnheardOf {
  readonly status: 'unheard-of';
  readonly failed: Failed;
}

export type Onboarding = Waiting | UnheardOf;

/** By so much a user's creation may be later than the failure of its mail. */
const LATEST_MS = 24 * 3_600_000;
const NOTHING: OnboardingReaction = { state: undefined };
/** Mails to the email that is to be verified. The others may fail: they go to an earlier one, or say goodbye. */
const VERIFICATION_MAILS: readonly MailName[] = ['welcome', 'email-changed', 'reminder'];

/**
 * A new user who is pending has so long to verify the email: half-way a reminder, at the end the deactivation. Another
 * email restarts the time; a mail to it that cannot be delivered ends it at once. Users who are not pending when they
 * are created are exempt. A user who is verified in the last moment stays active: the command is refused then.
 */
export function onboarding(
  timeoutMs: number,
): ProcessManager<Onboarding, UserEvent | NotificationEvent, UserCommandContent, OnboardingTimer> {
  function react(state: Onboarding | undefined, message: OnboardingMessage): OnboardingReaction {
    switch (message.type) {
      case 'user.created': {
        const { status, email } = message.data;
        return status === 'pending' ? begin(message, email, state?.failed ?? []) : NOTHING;
      }
      case 'user.updated': {
        const { email } = message.data;
        if (!isUnderWay(state)) return NOTHING;
        return email === undefined ? { state } : begin(message, email, state.failed);
      }
      case 'user.verification-reminded': {
        if (!isUnderWay(state)) return NOTHING;
        return goOn({ ...state, mailedAbout: [...state.mailedAbout, message.eventId] });
      }
      case 'user.email-verified':
      case 'user.deactivated':
      case 'user.deleted':
        return NOTHING;
      case 'notification.failed': {
        const { eventId, mail } = message.data;
        if (!VERIFICATION_MAILS.includes(mail)) return { state };
        if (isUnderWay(state)) return goOn({ ...state, failed: [...state.failed, eventId] });
        return {
          state: { status: 'unheard-of', failed: [...(state?.failed ?? []), eventId] },
          timers: { forget: after(message.occurredAt, timeoutMs + LATEST_MS) },
        };
      }
      case 'timer': {
        if (!isUnderWay(state)) return NOTHING;
        // So late that the time is over as well: nobody is to be reminded of what is no longer possible.
        const isPointless =
          message.name === 'remind' && after(message.dueAt, timeoutMs / 2) <= message.firedAt;
        return isPointless ? { state } : fire(state, message.name);
      }
    }
  }

  /** The time of an email begins with the event that told of it. */
  function begin(event: EventEnvelope<UserEvent>, email: string, failed: Failed): OnboardingReaction {
    const { aggregateId: userId, eventId, occurredAt } = event;
    return {
      timers: {
        remind: after(occurredAt, timeoutMs / 2),
        expire: after(occurredAt, timeoutMs),
        forget: null,
      },
      ...goOn({
        status: 'waiting',
        userId,
        emailDigest: verificationDigest(email),
        mailedAbout: [eventId],
        failed,
      }),
    };
  }

  return {
    name: 'onboarding',
    sources: [userEvents, notificationEvents],
    commands: userCommands,
    instanceOf: (event) => (event.type === 'notification.failed' ? event.data.userId : event.aggregateId),
    react,
  };
}

/** Waits on, unless a mail that the user needs has failed. */
function goOn(state: Waiting): OnboardingReaction {
  const hasFailed = state.mailedAbout.some((eventId) => state.failed.includes(eventId));
  return hasFailed && state.status === 'waiting' ? deactivate(state, 'notification-failed') : { state };
}

function fire(state: Waiting, timer: OnboardingTimer): OnboardingReaction {
  switch (timer) {
    case 'remind':
      return { state, commands: [remind(state)] };
    case 'expire':
      return deactivate(state, 'email-not-verified');
    case 'forget':
      return { state };
  }
}

function remind({ userId: aggregateId, emailDigest }: Waiting) {
  return { type: 'remind-user', aggregateId, data: { emailDigest } } as const;
}

/** The command names the email: a change of it that this process manager has not heard of makes the command void. */
function deactivate(state: Waiting, reason: DeactivationReason): OnboardingReaction {
  const { userId: aggregateId, emailDigest } = state;
  return {
    state: { ...state, status: 'ending' },
    commands: [{ type: 'deactivate-user', aggregateId, data: { reason, emailDigest } }],
    timers: { remind: null, expire: null, forget: null },
  };
}

function isUnderWay(state: Onboarding | undefined): state is Waiting {
  return state?.status === 'waiting' || state?.status === 'ending';
}

function after(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}
