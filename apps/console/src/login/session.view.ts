/** Who looks at the page. Types alone: the page imports this file too. */
export interface SessionView {
  /** Whether the console shows nothing without a login. */
  readonly isNeeded: boolean;
  /** Whether it can log anybody in; if not, only programs with a token get in. */
  readonly isOffered: boolean;
  /** Null: nobody is logged in. */
  readonly operator: OperatorView | null;
}

export interface OperatorView {
  readonly name: string;
  readonly mayLook: boolean;
  readonly mayAct: boolean;
  /** ISO 8601, in UTC. */
  readonly endsAt: string;
}
