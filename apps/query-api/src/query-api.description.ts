import type { ApiDescription } from '@eventfleet/http';
import { PREFERENCE_APPLIED } from './consistency/consistency-requirement.js';
import type { QueryAggregate } from './query-aggregate.js';
import { problemsOf } from './query-api.problems.js';

/** What OpenAPI says of this API. */
export function queryApi(aggregates: readonly QueryAggregate[]): ApiDescription {
  return {
    title: 'Eventfleet query API',
    version: '0.1.0',
    description: [
      'Unknown query parameters are refused. HEAD is answered at each address that has GET.',
      'With the `Consistency-Token` of a command an answer reflects at least that command.',
      'Another address is answered by `not-found`, another method by `method-not-allowed`.',
    ].join('\n\n'),
    controllers: aggregates.flatMap(({ routes }) => routes),
    problems: problemsOf(aggregates),
    problemHeaders: { 400: PREFERENCE_APPLIED, 404: PREFERENCE_APPLIED, 503: PREFERENCE_APPLIED },
  };
}
