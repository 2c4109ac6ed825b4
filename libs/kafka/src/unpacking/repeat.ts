/**
 * Repeats what lies `distance` bytes before `end`. What it copies may overlap what it writes: then it repeats itself.
 * @returns the end then
 */
export function repeat(output: Buffer, end: number, distance: number, size: number): number {
  const from = end - distance;
  let copied = 0;
  while (copied < size) {
    const run = Math.min(distance + copied, size - copied);
    output.copyWithin(end + copied, from, from + run);
    copied += run;
  }
  return end + size;
}
