import { without, type Damage } from './damage.fixture.ts';
import { DAN, soundRun } from './sound-run.fixture.ts';

const [annsRow, dansRow] = soundRun().rows;

/** Of mails and onboardings. */
export const REACTION_DAMAGES: readonly Damage[] = [
  ['a mail is missing', (run) => ({ mails: without(run.mails, 0) }), 'mail-missing'],
  ['a mail was sent twice that was known to be taken', () => ({ unknownMails: 0 }), 'mail-doubled'],
  [
    'a mail about nothing',
    (run) => ({ mails: [...run.mails, { eventId: 'x', mail: 'welcome' }] }),
    'mail-of-nobody',
  ],
  [
    'an onboarding never ended',
    (run) => {
      const rows = [
        annsRow!,
        { ...dansRow!, status: 'pending', version: 2, updatedAt: run.stored.at(-2)!.occurredAt },
      ];
      return { stored: run.stored.slice(0, -1), records: run.records.slice(0, -1), rows, listed: rows };
    },
    'onboarding-unended',
    'wrong-refusal',
  ],
  [
    'a user was reminded twice',
    (run) => {
      const rows = [annsRow!, { ...dansRow!, status: 'pending' }];
      const stored = run.stored.map((event) =>
        event.type === 'user.deactivated' ? { ...event, type: 'user.verification-reminded' } : event,
      );
      return { stored, rows, listed: rows };
    },
    'reminded-twice',
    'another-event-in-kafka',
    'not-in-kafka',
    'onboarding-unended',
    'mail-missing',
    'wrong-refusal',
  ],
  [
    'a user was deactivated too early',
    (run) => {
      const createdAt = '2026-03-01T10:00:00.001Z';
      const rows = [annsRow!, { ...dansRow!, createdAt }];
      const stored = run.stored.map((event) =>
        event.userId === DAN && event.version === 1 ? { ...event, occurredAt: createdAt } : event,
      );
      return { stored, rows, listed: rows };
    },
    'reaction-early',
  ],
];
