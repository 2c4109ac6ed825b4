import { randomBytes } from 'node:crypto';

/** A prefix for topics, groups and databases that no other suite and no other run has: `<name>-<random>-`. */
export function uniquePrefix(name: string): string {
  return `${name}-${randomBytes(4).toString('hex')}-`;
}
