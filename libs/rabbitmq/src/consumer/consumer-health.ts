/** How the consumer of a queue is. */
export interface ConsumerHealth {
  /** Its full name. */
  readonly queue: string;
  readonly state: 'connecting' | 'consuming' | 'closed';
  /** Why it does not consume, where that is known. */
  readonly problem?: string;
}
