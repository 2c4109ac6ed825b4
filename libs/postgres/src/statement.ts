export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
}
