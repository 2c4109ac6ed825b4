import type { ConsistencyToken } from '@eventfleet/contracts';
import { finishesWithin } from '@eventfleet/resilience';

/** What the event store knows of versions. */
export interface VersionSource {
  /** The newest version of each of these aggregates; one that it does not have is absent. */
  newestVersions(
    aggregateType: string,
    aggregateIds: readonly string[],
  ): Promise<ReadonlyMap<string, number>>;
  /** Whether it may lack the newest versions: it follows another server, or has perhaps gone back in time. */
  mayLackVersions(): Promise<boolean>;
}

interface Question extends ConsistencyToken {
  answer(this: void, isIssued: boolean | undefined): void;
}

const MAX_BATCH = 1_000;
/** Without an answer by then, nothing is known. */
const ANSWER_MS = 300;

/**
 * Tells tokens that a command returned from those that somebody made up: the former name a version that the event store
 * has. Tokens that are asked for while a question is under way share the next one, so that many cost few queries.
 */
export class IssuedTokens {
  private waiting: Question[] = [];
  private isAsking = false;

  constructor(private readonly source: VersionSource) {}

  /** Undefined if nobody can say: the event store is away or unknown to this process, or may lack the version. */
  wasIssued(token: ConsistencyToken): Promise<boolean | undefined> {
    return new Promise((answer) => {
      this.waiting.push({ ...token, answer });
      if (!this.isAsking) void this.askAll();
    });
  }

  private async askAll(): Promise<void> {
    this.isAsking = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, MAX_BATCH);
      const asked = [...Map.groupBy(batch, ({ aggregateType }) => aggregateType)].map(([type, questions]) =>
        this.ask(type, questions),
      );
      await finishesWithin(Promise.allSettled(asked), ANSWER_MS);
      for (const { answer } of batch) answer(undefined);
    }
    this.isAsking = false;
  }

  private async ask(aggregateType: string, questions: readonly Question[]): Promise<void> {
    const missing = await this.findMissing(aggregateType, questions);
    for (const question of questions) if (!missing.has(question)) question.answer(true);
    if (missing.size === 0 || (await this.source.mayLackVersions())) return;
    // Asked again: the server may have been a standby at the first look, or its lost events were taken back meanwhile.
    const stillMissing = await this.findMissing(aggregateType, [...missing]);
    for (const question of missing) question.answer(!stillMissing.has(question));
  }

  private async findMissing(
    aggregateType: string,
    questions: readonly Question[],
  ): Promise<ReadonlySet<Question>> {
    const ids = [...new Set(questions.map(({ aggregateId }) => aggregateId))];
    const newest = await this.source.newestVersions(aggregateType, ids);
    return new Set(questions.filter(({ aggregateId, version }) => (newest.get(aggregateId) ?? 0) < version));
  }
}
