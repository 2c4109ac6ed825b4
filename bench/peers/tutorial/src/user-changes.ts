/** What travels through Kafka: an event as it was stored. */
export interface UserEventMessage {
  readonly aggregateId: string;
  readonly version: number;
  readonly type: 'user.created' | 'user.updated';
  readonly data: UserChanges;
}

export interface UserChanges {
  readonly name?: string;
  readonly email?: string;
}

/** What each topic carries. */
export type UserEvents = Record<string, UserEventMessage>;
