import type { LedgerEntry, Decision } from '../load/ledger.ts';
import type { Evidence, StoredEvent } from './evidence.ts';
import {
  emailKeyOf,
  fieldsOf,
  historiesOf,
  holdersOf,
  isDeleted,
  isOfOnboarding,
  type Histories,
  type Holders,
} from './histories.ts';
import type { Losses } from './losses.ts';
import type { Violation } from './violation.ts';

const EVENT_OF = {
  create: 'user.created',
  update: 'user.updated',
  delete: 'user.deleted',
  verify: 'user.email-verified',
} as const;

export interface CommandAudit {
  readonly violations: readonly Violation[];
  /** Commands whose answer does not hold any more, and nobody can be blamed. */
  readonly lost: number;
}

/** Compares the answers that clients had with what is stored: every success once, no trace of a refusal, one answer a key. */
export function auditCommands({ entries, doubtfulReads, stored }: Evidence, losses: Losses): CommandAudit {
  const histories = historiesOf(stored);
  const eventsOf = Map.groupBy(
    stored.filter((event) => !isOfOnboarding(event)),
    ({ commandId }) => commandId,
  );
  const holders = holdersOf(stored);
  const lostTokens = new Set<string>();
  let lost = 0;
  const ofEntries = entries.flatMap((entry) => {
    const found = auditEntry(entry, eventsOf.get(entry.command.id) ?? [], histories, holders, losses);
    const isLost = found.length > 0 && losses.explain(entry);
    if (!isLost || found.some(({ kind }) => kind === 'executed-twice')) return found;
    lost++;
    lostTokens.add(`${entry.command.userId}/${entry.decision?.version}`);
    return [];
  });
  const violations = [
    ...ofEntries,
    ...doubtfulReads.flatMap(({ userId, tokenVersion, status, version }): Violation[] => {
      const isGone = status === 404 && isDeleted(histories.get(userId) ?? []);
      if (isGone || lostTokens.has(`${userId}/${tokenVersion}`)) return [];
      const shown = version === undefined ? '' : ` at version ${version}`;
      return [
        {
          kind: 'stale-read',
          detail: `user ${userId} with a token of version ${tokenVersion}: ${status}${shown}`,
        },
      ];
    }),
  ];
  return { violations, lost };
}

function auditEntry(
  entry: LedgerEntry,
  events: readonly StoredEvent[],
  histories: Histories,
  holders: Holders,
  losses: Losses,
): Violation[] {
  const { command, decision, contradictions } = entry;
  const where = `command ${command.id} (${command.kind} of user ${command.userId})`;
  const found: Violation[] = contradictions.map((other) => ({
    kind: 'answer-changed',
    detail: `${where}: ${describe(decision)}, later ${describe(other)}`,
  }));
  if (events.length > 1) found.push({ kind: 'executed-twice', detail: `${where}: ${events.length} events` });
  if (!decision) return [...found, { kind: 'unresolved', detail: `${where}, ${entry.attempts} attempts` }];
  if (decision.version !== undefined) return [...found, ...auditSuccess(entry, decision, events, where)];
  if (events.length > 0) {
    found.push({
      kind: 'refusal-left-event',
      detail: `${where}: ${describe(decision)}, and version ${events[0]!.version}`,
    });
  }
  const history = histories.get(command.userId) ?? [];
  const isRight =
    (losses.arePossible && isRightAfterLoss(entry, decision, history, losses, holders)) ||
    isRightRefusal(entry, decision, history, holders);
  if (isRight === undefined)
    found.push({ kind: 'unexpected-answer', detail: `${where}: ${describe(decision)}` });
  if (isRight === false) found.push({ kind: 'wrong-refusal', detail: `${where}: ${describe(decision)}` });
  return found;
}

function auditSuccess(
  { command }: LedgerEntry,
  decision: Decision,
  events: readonly StoredEvent[],
  where: string,
): Violation[] {
  if (events.length === 0 && command.mayChangeNothing) return [];
  const isStored = events.some(
    ({ userId, version, type }) =>
      userId === command.userId && version === decision.version && type === EVENT_OF[command.kind],
  );
  if (isStored) return [];
  const instead = events.map(
    ({ userId, version, type }) => `${type} of user ${userId} at version ${version}`,
  );
  return [
    {
      kind: 'acknowledged-not-stored',
      detail: `${where}: ${describe(decision)}; stored: ${instead.join(', ') || 'nothing'}`,
    },
  ];
}

/** Whether it was right when it was given: what the client knew of, or named, may have been lost by then. */
function isRightAfterLoss(
  entry: LedgerEntry,
  decision: Decision,
  history: readonly StoredEvent[],
  losses: Losses,
  holders: Holders,
): boolean {
  const { command, decidedAt = Infinity, openedAt = decidedAt } = entry;
  if (decision.status === 403) return losses.mayHaveLostEmail(command.userId);
  if (decision.status !== 404 && decision.status !== 412) return false;
  // An answer that did not arrive is stored, and is the one that a later attempt gets.
  const [first, last] = [openedAt, decidedAt].map(
    (time) => history.filter(({ occurredAt }) => Date.parse(occurredAt) <= time).length,
  ) as [number, number];
  const lengths = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return lengths.some(
    (length) => isRightRefusal(entry, decision, history.slice(0, length), holders) === true,
  );
}

/** False when it cannot have been right at any time; undefined for an answer that no client of the load may get. */
function isRightRefusal(
  { command }: LedgerEntry,
  { status, code }: Decision,
  history: readonly StoredEvent[],
  holders: Holders,
): boolean | undefined {
  switch (`${status} ${code}`) {
    case '404 user-not-found':
      return history.length === 0 || isDeleted(history);
    case '409 user-already-exists':
      return history.length > 0;
    case '409 email-already-taken': {
      const others = new Set(holders.get(emailKeyOf(command.body?.['email'] ?? '')));
      others.delete(command.userId);
      return others.size > 0;
    }
    case '409 user-deactivated':
      return history.some(({ type }) => type === 'user.deactivated');
    case '403 verification-token-invalid':
      return history.filter((event) => fieldsOf(event).email !== undefined).length > 1;
    case '412 version-mismatch':
      return history.at(-1)?.version !== command.ifMatch;
    default:
      return undefined;
  }
}

function describe(decision: Decision | undefined): string {
  if (!decision) return 'nothing';
  const { status, code, version } = decision;
  return [status, code, version === undefined ? undefined : `version ${version}`]
    .filter((part) => part !== undefined)
    .join(' ');
}
