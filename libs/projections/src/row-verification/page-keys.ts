/** The next keys, of all the places that may have some. */
export interface PageKeys {
  /** In their order, each once. */
  readonly keys: readonly string[];
  /** Whether no place has a key behind them. */
  readonly isLast: boolean;
}

/**
 * Merges the next keys of several places. A place that gave as many as it was asked for may have more: no key behind its
 * last one is taken, as another place may have given it too early.
 * @param places the keys of each, in their order
 * @param limit how many each was asked for, and at most how many are returned
 */
export function pageKeys(places: readonly (readonly string[])[], limit: number): PageKeys {
  const bounds = places.flatMap((keys) => (keys.length >= limit ? [keys.at(-1)!] : []));
  const all = [...new Set(places.flat())].toSorted(byText);
  const bound = bounds.toSorted(byText)[0];
  const complete = bound === undefined ? all : all.filter((key) => key <= bound);
  const keys = complete.slice(0, limit);
  return { keys, isLast: bound === undefined && keys.length === complete.length };
}

/** UUIDs in lower case sort as texts as they do in Postgres. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
