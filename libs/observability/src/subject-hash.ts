import { hash } from 'node:crypto';

const DIGITS = 16;

/** Tells those who ask apart in traces and logs without naming them. */
export function subjectHash(subject: string): string {
  return hash('sha256', subject, 'hex').slice(0, DIGITS);
}
