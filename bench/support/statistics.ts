export interface Middle {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function middle(values: readonly number[]): Middle {
  const sorted = sort(values);
  return { median: quantile(sorted, 0.5), min: quantile(sorted, 0), max: quantile(sorted, 1) };
}

/** The value below which the share `q` of the values lies; NaN for no values. */
export function percentile(values: readonly number[], q: number): number {
  return quantile(sort(values), q);
}

function sort(values: readonly number[]): Float64Array {
  return Float64Array.from(values).toSorted();
}

/** Between two values it lies in proportion. */
function quantile(sorted: Float64Array, q: number): number {
  const place = (sorted.length - 1) * q;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}
