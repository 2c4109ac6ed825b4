const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

/** Such as `7 d`, `90 s`, `0.004 s`: the largest unit of which it is a whole number. */
export function seconds(value: number): string {
  const [name, size] = UNITS.find(([, each]) => value >= each && value % each === 0) ?? ['s', 1];
  return `${Number((value / size).toFixed(3))} ${name}`;
}
