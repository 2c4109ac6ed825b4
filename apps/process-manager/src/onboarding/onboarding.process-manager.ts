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

/** Events about which a mail has failed. Some of these events may still arrive. */
type FailedMails = readonly string[];

interface Waiting {
  /**
   * Ending: the deactivation is sent. It is refused if the user was verified, or has another email, meanwhile. It is sent
   * again if none of these follows: an event store that went back in time may have lost what the command did.
   */
  readonly status: 'waiting' | 'ending';
  readonly userId: string;
  /** Of the current email, as far as the events that have arrived say. */
  readonly emailDigest: string;
  /** About the current email: the event that began the wait for its verification, and the reminders. */
  readonly mailedAbout: readonly string[];
  readonly failed: FailedMails;
}

/** Only failed mails of the user have arrived: the other topic is later, or the user is exempt. */
interface UnheardOf {
  readonly status: 'unheard-of';
  readonly failed: FailedMails;
}

export type Onboarding = Waiting | UnheardOf;

/** How long an outcome of the deactivation may take: as long as users have to verify, within these bounds. */
const [SHORTEST_RESEND_MS, LONGEST_RESEND_MS] = [30_000, 3_600_000];
/** A user's creation may arrive this much later than the failure of its mail. */
const LATEST_MS = 24 * 3_600_000;
const NOTHING: OnboardingReaction = { state: undefined };
/** Mails to the email that is to be verified. The others may fail: they go to an earlier email, or to a deleted user. */
const VERIFICATION_MAILS: readonly MailName[] = ['welcome', 'email-changed', 'reminder'];

/**
 * A new user who is pending has so long to verify the email: half-way a reminder, at the end the deactivation. Another
 * email restarts the time; a mail to it that cannot be delivered ends it at once. Users who are not pending when they
 * are created are exempt. A user who is verified in the last moment stays active: the command is refused then.
 */
export function onboarding(
  timeoutMs: number,
): ProcessManager<Onboarding, UserEvent | NotificationEvent, UserCommandContent, OnboardingTimer> {
  const resendMs = Math.min(Math.max(timeoutMs, SHORTEST_RESEND_MS), LONGEST_RESEND_MS);

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
        return waitOrDeactivate(message, { ...state, mailedAbout: [...state.mailedAbout, message.eventId] });
      }
      case 'user.email-verified':
      case 'user.deactivated':
      case 'user.deleted':
      case 'user.erased':
        return NOTHING;
      case 'notification.failed': {
        const { eventId, mail } = message.data;
        if (!VERIFICATION_MAILS.includes(mail)) return { state };
        if (isUnderWay(state))
          return waitOrDeactivate(message, { ...state, failed: [...state.failed, eventId] });
        return {
          state: { status: 'unheard-of', failed: [...(state?.failed ?? []), eventId] },
          timers: { forget: after(message.occurredAt, timeoutMs + LATEST_MS) },
        };
      }
      case 'timer': {
        if (!isUnderWay(state)) return NOTHING;
        // If it fires so late that the time is over as well, a reminder is of no use.
        const isPointless =
          message.name === 'remind' && after(message.dueAt, timeoutMs / 2) <= message.firedAt;
        return isPointless ? { state } : fire(state, message.name, message.firedAt);
      }
    }
  }

  /** The time for an email begins with the event that set it. */
  function begin(event: EventEnvelope<UserEvent>, email: string, failed: FailedMails): OnboardingReaction {
    const { aggregateId: userId, eventId, occurredAt } = event;
    return {
      timers: {
        remind: after(occurredAt, timeoutMs / 2),
        expire: after(occurredAt, timeoutMs),
        forget: null,
      },
      ...waitOrDeactivate(event, {
        status: 'waiting',
        userId,
        emailDigest: verificationDigest(email),
        mailedAbout: [eventId],
        failed,
      }),
    };
  }

  /** Keeps waiting, unless a mail that the user needs has failed. */
  function waitOrDeactivate({ occurredAt }: { occurredAt: string }, state: Waiting): OnboardingReaction {
    return state.status === 'waiting' && hasFailedMail(state) ? deactivate(state, occurredAt) : { state };
  }

  function fire(state: Waiting, timer: OnboardingTimer, firedAt: string): OnboardingReaction {
    switch (timer) {
      case 'remind':
        return { state, commands: [remind(state)] };
      case 'expire':
        return deactivate(state, firedAt);
      case 'forget':
        return { state };
    }
  }

  /** The command names the email: if the email has changed meanwhile, the command is refused. */
  function deactivate(state: Waiting, time: string): OnboardingReaction {
    const { userId: aggregateId, emailDigest } = state;
    const reason: DeactivationReason = hasFailedMail(state) ? 'notification-failed' : 'email-not-verified';
    return {
      state: { ...state, status: 'ending' },
      commands: [{ type: 'deactivate-user', aggregateId, data: { reason, emailDigest } }],
      timers: { remind: null, expire: after(time, resendMs), forget: null },
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

function remind({ userId: aggregateId, emailDigest }: Waiting) {
  return { type: 'remind-user', aggregateId, data: { emailDigest } } as const;
}

function hasFailedMail({ mailedAbout, failed }: Waiting): boolean {
  return mailedAbout.some((eventId) => failed.includes(eventId));
}

function isUnderWay(state: Onboarding | undefined): state is Waiting {
  return state?.status === 'waiting' || state?.status === 'ending';
}

function after(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}
