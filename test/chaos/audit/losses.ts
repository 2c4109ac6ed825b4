import type { LedgerEntry } from '../load/ledger.ts';
import type { Evidence } from './evidence.ts';

/** Which answers an asynchronous fail-over may have taken back: of these nobody can be blamed. */
export interface Losses {
  /**
   * Whether it was given when a commit could get lost, and whether there is nothing that the fleet had to bring back: its
   * event is not in Kafka alone, or its user is named as different.
   */
  explain(entry: LedgerEntry): boolean;
  /** Whether another email of the user is not stored, and was not refused: tokens may name it. */
  mayHaveLostEmail(userId: string): boolean;
  /** Whether an event of the user was stored when a commit could get lost: a record of it may have been unknown, and set aside. */
  mayHaveBeenUnknown(userId: string): boolean;
  /** Whether there were any fail-overs of this kind. */
  readonly arePossible: boolean;
}

export function lossesIn({ entries, stored, records, lossWindows, named }: Evidence): Losses {
  const storedIds = new Set(stored.map(({ eventId }) => eventId));
  const namedUsers = new Set(named);
  const onlyInKafka = new Set(
    records.flatMap(({ event }) =>
      event && !storedIds.has(event.eventId) && !namedUsers.has(event.userId) ? [event.commandId] : [],
    ),
  );
  const storedCommands = new Set(stored.map(({ commandId }) => commandId));
  const lostEmails = new Set(
    entries.flatMap(({ command, decision }) => {
      const isRefused = decision !== undefined && decision.version === undefined;
      const isLost = command.body?.['email'] !== undefined && !isRefused && !storedCommands.has(command.id);
      return isLost ? [command.userId] : [];
    }),
  );
  const isInWindow = (time: number) => lossWindows.some(({ from, to }) => from <= time && time <= to);
  return {
    mayHaveLostEmail: (userId) => lostEmails.has(userId),
    mayHaveBeenUnknown: (user) =>
      stored.some(({ userId, occurredAt }) => userId === user && isInWindow(Date.parse(occurredAt))),
    arePossible: lossWindows.length > 0,
    explain: ({ command, decidedAt = 0 }) => isInWindow(decidedAt) && !onlyInKafka.has(command.id),
  };
}
