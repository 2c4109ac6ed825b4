import { ProblemError } from '@eventfleet/http';
import { ActionNotRecorded, recordAction, type OperatorAction } from '@eventfleet/operators';
import { RebuildError } from '@eventfleet/projections';
import { Injectable } from '@nestjs/common';
import { consoleError } from '../console.problems.js';
import { Stores } from '../stores/stores.js';
import type { Operator } from './operator.js';

/** Does what operators ask for, and writes it down first: what cannot be written down is not done. */
@Injectable()
export class ActionLog {
  constructor(private readonly stores: Stores) {}

  /**
   * @param logged what of the result is written down: no personal data
   * @throws what `work` throws; ProblemError `server-unavailable` if it could not be written down
   */
  async run<T>(
    action: Pick<OperatorAction, 'action' | 'target'>,
    operator: Operator,
    work: () => Promise<T>,
    logged: (result: T) => object,
  ): Promise<T> {
    const asked: OperatorAction = { ...action, ...operator, face: 'console' };
    try {
      return await recordAction(this.stores.operators, asked, { work, logged, isRefusal });
    } catch (error) {
      if (!(error instanceof ActionNotRecorded)) throw error;
      throw consoleError('server-unavailable', 'The event store takes no actions: nothing was done', error);
    }
  }
}

/** Part of the work may be done when a server says so. */
const OF_SERVERS: ReadonlySet<string> = new Set(['server-unavailable', 'server-refused']);

/** Problems, and refusals of a rebuild, are told before anything has changed. */
function isRefusal(error: unknown): boolean {
  if (error instanceof RebuildError) return true;
  return error instanceof ProblemError && !OF_SERVERS.has(error.code);
}
