import { ProblemError, type Correlation } from '@eventfleet/http';
import { recordAction, type OperatorAction } from '@eventfleet/operators';
import { Injectable } from '@nestjs/common';
import { asking } from '../console.problems.js';
import { Stores } from '../stores/stores.js';

/** Does what operators ask for, and writes it down first: what cannot be written down is not done. */
@Injectable()
export class ActionLog {
  constructor(private readonly stores: Stores) {}

  /**
   * @param logged what of the result is written down: no personal data
   * @throws what `work` throws; ProblemError `server-unavailable` if it could not be written down
   */
  run<T>(
    action: Pick<OperatorAction, 'action' | 'target'>,
    { correlationId }: Correlation,
    work: () => Promise<T>,
    logged: (result: T) => object,
  ): Promise<T> {
    const asked: OperatorAction = { ...action, actor: null, face: 'console', correlationId };
    return asking('event store', () =>
      recordAction(this.stores.operators, asked, { work, logged, isRefusal }),
    );
  }
}

/** A problem is told before anything has changed. */
function isRefusal(error: unknown): boolean {
  return error instanceof ProblemError && error.code !== 'server-unavailable';
}
