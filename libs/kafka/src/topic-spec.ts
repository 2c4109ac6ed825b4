export interface TopicSpec {
  /** The full name, with prefix. */
  readonly name: string;
  readonly partitions: number;
  /** The variable that sets `partitions`: named when an existing topic has another number. Without one, any will do. */
  readonly partitionsVariable?: string;
  readonly config: Readonly<Record<string, string>>;
}
