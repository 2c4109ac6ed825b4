import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

export interface Loaded<T> {
  /** The last answer, which stays while the next one is loaded. */
  readonly data: ReadonlySignal<T | undefined>;
  readonly error: ReadonlySignal<Error | undefined>;
  reload(this: void): void;
}

/** Loads when the key changes, and when it is told to. A late answer to an earlier key is dropped. */
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const data = useSignal<T | undefined>(undefined);
  const error = useSignal<Error | undefined>(undefined);
  const turn = useSignal(0);
  useEffect(() => {
    const leaving = new AbortController();
    void follow(leaving.signal);
    return () => leaving.abort();
  }, [key, turn.value]);

  async function follow(signal: AbortSignal): Promise<void> {
    try {
      const found = await load(signal);
      if (signal.aborted) return;
      data.value = found;
      error.value = undefined;
    } catch (reason) {
      if (!signal.aborted) error.value = reason instanceof Error ? reason : new Error(String(reason));
    }
  }

  return { data, error, reload: () => turn.value++ };
}
