import type { Logger } from 'pino';
import { refoldedAggregates } from '../record-verification/record-verification.metrics.js';
import {
  differences as differencesTotal,
  passAggregates,
  passSeconds,
  passTimestamp,
  unverifiableAggregates,
  verifiedAggregates,
} from './row-verification.metrics.js';
import type { VerificationProgress } from './verification-progress.js';
import type { VerifiedCounters } from './verify-counters.js';
import type { VerifiedPage } from './verify-page.js';

/** Of one page; the metrics count all. */
const LOGGED = 20;

/** Reports what a verification has found, to the metrics and to the log: ids and columns, no values. */
export class VerificationReport {
  constructor(private readonly logger: Logger) {}

  page(projection: string, { checked, differences, unverifiable }: VerifiedPage): void {
    verifiedAggregates.inc({ projection }, checked);
    for (const { difference, mending } of differences) {
      differencesTotal.inc({ projection, kind: difference.kind });
      if (mending) refoldedAggregates.inc({ projection, outcome: mending.outcome });
    }
    for (const { difference, mending } of differences.slice(0, LOGGED)) {
      const { aggregateId, kind, columns } = difference;
      const where = { projection, aggregateId, kind, ...(columns.length > 0 && { columns }) };
      if (mending?.outcome === 'failed') {
        const { code, message } = mending.fault;
        this.logger.error(
          { ...where, code, reason: message },
          'rows differ from the event store and could not be folded again: rebuild the projection',
        );
      } else {
        this.logger.error(
          where,
          'rows differed from the event store and were folded again: was the projection changed, or does somebody write to the read store?',
        );
      }
    }
    if (differences.length > LOGGED) {
      this.logger.error(
        { projection, differences: differences.length },
        'more differences than are logged were found in the same page',
      );
    }
    if (unverifiable.length === 0) return;
    unverifiableAggregates.inc({ projection }, unverifiable.length);
    this.logger.warn(
      { projection, aggregates: unverifiable.length, aggregateIds: unverifiable.slice(0, LOGGED) },
      'aggregates cannot be compared with the event store: their events are too many, or cannot be folded; see docs/operations.md#users-that-cannot-be-verified',
    );
  }

  counters(projection: string, { differences, isMended }: VerifiedCounters): void {
    if (differences.length === 0) return;
    differencesTotal.inc({ projection, kind: 'counter' }, differences.length);
    this.logger.error(
      { projection, counters: differences.slice(0, LOGGED), isMended },
      'counters differed from the sum of their aggregates: was the projection changed, or does somebody write to the read store?',
    );
  }

  progress({ projection, checked, lastPass }: VerificationProgress): void {
    passAggregates.set({ projection, pass: 'current' }, checked);
    if (!lastPass) return;
    passAggregates.set({ projection, pass: 'last' }, lastPass.checked);
    passSeconds.set({ projection }, lastPass.seconds);
    passTimestamp.set({ projection }, lastPass.endedAt.getTime() / 1_000);
  }
}
