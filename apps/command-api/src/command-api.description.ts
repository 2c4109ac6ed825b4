import type { ApiDescription } from '@eventfleet/http';
import type { CommandAggregate } from './command-aggregate.js';
import { problemsOf } from './command-api.problems.js';
import { ERASURE_ROUTES } from './erasure/erasure.module.js';
import { REPLAYED_PROBLEMS } from './http-commands/command.operation.js';

/** What OpenAPI says of this API. */
export function commandApi(aggregates: readonly CommandAggregate[]): ApiDescription {
  return {
    title: 'Eventfleet command API',
    version: '0.1.0',
    description: [
      'JSON in, JSON out. Unknown body fields are refused. HEAD is answered at each address that has GET.',
      'A success is answered once its events are durable. After a 503 a command may have taken effect: send it again with the same `Idempotency-Key`.',
      'Another address is answered by `not-found`, another method by `method-not-allowed`.',
    ].join('\n\n'),
    controllers: [...aggregates.flatMap(({ routes }) => routes), ...ERASURE_ROUTES],
    problems: problemsOf(aggregates),
    problemHeaders: REPLAYED_PROBLEMS,
  };
}
