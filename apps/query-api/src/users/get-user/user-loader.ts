import type { AskedUser, FoundUser } from '@eventfleet/read-models/queries';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import { queryError } from '../../query-api.problems.js';

interface Question extends AskedUser {
  answer(this: void, found: FoundUser): void;
  fail(this: void, error: unknown): void;
}

/** One that hangs does not hold up all; more would only make them smaller. */
const MAX_UNDER_WAY = 4;
/** Who comes when so many wait has no chance. It also bounds a statement. */
const MAX_WAITING = 1_000;

/**
 * Finds users by id. Those who are asked for in one turn of the event loop, or while enough statements are under way,
 * share the next one: under load one round trip serves many. A statement begins after all of its users were asked for,
 * so an answer is as fresh as that of a statement of its own. Nothing is kept.
 */
export class UserLoader {
  private waiting: Question[] = [];
  private underWay = 0;

  /** @param find finds users in the order of the question, by one statement */
  constructor(private readonly find: (asked: readonly AskedUser[]) => Promise<readonly FoundUser[]>) {}

  /** @throws ProblemError `overloaded` if too many wait; what its statement throws */
  async load(asked: AskedUser): Promise<FoundUser> {
    if (this.waiting.length >= MAX_WAITING)
      throw queryError('overloaded', 'Too many requests wait for the store');
    return new Promise((answer, fail) => {
      this.waiting.push({ ...asked, answer, fail });
      if (this.waiting.length === 1 && this.underWay < MAX_UNDER_WAY) void this.askAll();
    });
  }

  private async askAll(): Promise<void> {
    this.underWay++;
    await endOfTurn();
    while (this.waiting.length > 0) await this.ask(this.waiting.splice(0));
    this.underWay--;
  }

  private async ask(batch: readonly Question[]): Promise<void> {
    try {
      const found = await this.find(batch);
      batch.forEach(({ answer }, place) => answer(found[place]));
    } catch (error) {
      for (const { fail } of batch) fail(error);
    }
  }
}
