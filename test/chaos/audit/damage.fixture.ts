import type { Evidence } from './evidence.ts';
import type { ViolationKind } from './violation.ts';

/** What was damaged, and what the audit must say of it. */
export type Damage = readonly [
  what: string,
  damage: (run: Evidence) => Partial<Evidence>,
  ...found: readonly [ViolationKind, ...ViolationKind[]],
];

export const without = <T>(items: readonly T[], index: number) => items.toSpliced(index, 1);
