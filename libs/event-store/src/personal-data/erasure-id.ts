import { v5 } from 'uuid';

const NAMESPACE = '5b1a1c0e-6f0d-4c55-8f6e-2d7b3c9a8e41';

/** The same for the same aggregate, whoever asks and how often: there is one erasure. */
export function erasureIdOf(aggregateType: string, aggregateId: string): string {
  return v5(`${aggregateType}:${aggregateId}`, NAMESPACE);
}
