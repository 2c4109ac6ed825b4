import { isNativeError } from 'node:util/types';
import { withDeadline } from './with-deadline.js';

/** A part that was asked, or why it did not answer. */
export type Part<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Never rejects. */
export async function ask<T>(question: () => Promise<T>): Promise<Part<T>> {
  try {
    return { ok: true, value: await question() };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

/** `ask` that takes no answer for one after `ms` milliseconds. The question goes on then, and may hold connections open. */
export function askWithin<T>(ms: number, question: () => Promise<T>): Promise<Part<T>> {
  return ask(() => withDeadline(question(), ms));
}

function reasonOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  // What Node gives when none of a host's addresses answers has no message of its own.
  if (error.message === '' && 'errors' in error && Array.isArray(error.errors))
    return error.errors.map(reasonOf).join(', ');
  return error.message || error.name;
}
