/** How fast-check runs a property: spread these into `fc.assert`'s parameters. */
export interface PropertyRuns {
  readonly numRuns: number;
  /** Set to run a failure that was printed again. */
  readonly seed?: number;
  /** A history on real servers is no pure function of its seed: what fails is shown as it is, not shrunk. */
  readonly endOnFailure: boolean;
}

const MS_PER_RUN = 3_000;

/**
 * The same number of random runs in every test run. `EVENTFLEET_PROPERTY_FACTOR=20 npm test -- property` makes it
 * twenty times as many, `EVENTFLEET_PROPERTY_SEED` takes the seed that a failure printed.
 */
export function propertyRuns(
  numRuns: number,
  { shrink = false }: { readonly shrink?: boolean } = {},
): PropertyRuns {
  const seed = process.env['EVENTFLEET_PROPERTY_SEED'];
  return {
    numRuns: numRuns * Number(process.env['EVENTFLEET_PROPERTY_FACTOR'] || 1),
    ...(seed ? { seed: Number(seed) } : {}),
    endOnFailure: !shrink,
  };
}

/** Jest's time-out for a property of so many runs on real servers. */
export function propertyTimeout({ numRuns }: PropertyRuns): number {
  return numRuns * MS_PER_RUN;
}
