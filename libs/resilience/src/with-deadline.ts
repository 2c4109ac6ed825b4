/** What `withDeadline` throws unless its caller names another error. Transient: the work may succeed later. */
export class DeadlineExceeded extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = 'TimeoutError';
  }
}

/**
 * Waits for work to end, but at most `ms` milliseconds. Work that takes longer is not ended: it goes on, and how it
 * ends is ignored.
 * @returns what the work returns in time
 * @throws what the work throws in time, or else what `lateError` makes
 */
export async function withDeadline<T>(
  work: Promise<T>,
  ms: number,
  lateError: (ms: number) => Error = (limit) => new DeadlineExceeded(limit),
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(lateError(ms)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits for work to end, but at most `ms` milliseconds. Work that takes longer is not ended: it goes on, and how it
 * ends is ignored.
 * @returns whether the work ended in time
 * @throws what the work throws in time
 */
export async function finishesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
