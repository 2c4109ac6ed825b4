import { isErasedText, type UserState } from '@eventfleet/contracts';

/** What became of one part of the state. */
export interface Change {
  /** JSON Pointer (RFC 6901) into the user. */
  readonly path: string;
  /** Null: it was not there before. */
  readonly from: string | null;
  /** Null: it is not there any more. */
  readonly to: string | null;
}

const FIELDS = ['name', 'email', 'status'] as const;

/**
 * The difference between two states of a user. Before the creation and after the deletion nothing is there; what is
 * erased is not there either. Pure.
 */
export function changesBetween(before: UserState, after: UserState): readonly Change[] {
  return FIELDS.map((field) => {
    return { path: `/${field}`, from: valueOf(before, field), to: valueOf(after, field) };
  }).filter(({ from, to }) => from !== to);
}

function valueOf(state: UserState, field: (typeof FIELDS)[number]): string | null {
  if (state.status === 'absent' || state.status === 'deleted') return null;
  return isErasedText(state[field]) ? null : state[field];
}
