import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { reloadSession } from './session.ts';

export interface Live<T> {
  /** Undefined before the first one. */
  readonly state: ReadonlySignal<T | undefined>;
  /** `lost` while the console does not answer, `unavailable` while it cannot say. */
  readonly connection: ReadonlySignal<'opening' | 'live' | 'unavailable' | 'lost'>;
}

const REOPEN_MS = 3_000;

/** Follows a live view of the server for as long as the component is shown. */
export function useLive<T>(path: string): Live<T> {
  const state = useSignal<T | undefined>(undefined);
  const connection = useSignal<'opening' | 'live' | 'unavailable' | 'lost'>('opening');
  useEffect(() => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    state.value = undefined;
    const open = () => {
      source = new EventSource(path);
      source.addEventListener('state', ({ data }: MessageEvent<string>) => {
        state.value = JSON.parse(data) as T;
        connection.value = 'live';
      });
      source.addEventListener('unavailable', () => (connection.value = 'unavailable'));
      source.addEventListener('error', () => {
        connection.value = 'lost';
        // The browser opens it again by itself, unless the server has refused it.
        if (source?.readyState !== EventSource.CLOSED) return;
        timer = setTimeout(open, REOPEN_MS);
        void reloadSession();
      });
    };
    open();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, [path]);
  return { state, connection };
}
