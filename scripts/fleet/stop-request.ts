import { onStopRequest } from '../process/stop-signal.ts';

/** One Ctrl-C arrives several times: from the terminal, from npm, from the script that started this one. */
const SAME_REQUEST_MS = 1_000;

/** Resolves at the first signal to stop, or when the process that started this one is gone. Later ones do nothing. */
export function stopRequest(say: (line: string) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let first: number | undefined;
  onStopRequest(() => {
    first ??= Date.now();
    if (Date.now() - first > SAME_REQUEST_MS) say('already stopping; please wait');
    resolve();
  });
  return promise;
}
