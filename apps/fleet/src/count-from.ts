import { InvalidArgumentError } from 'commander';

/** Parses what an option says: a number from `least` to 999,999. */
export function countFrom(least: number): (text: string) => number {
  return (text) => {
    if (/^\d{1,6}$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`It must be a number from ${least} to 999999.`);
  };
}
