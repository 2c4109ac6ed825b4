const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls `request` at every signal to stop, and when the process that started this one is gone. */
export function onStopRequest(request: () => void): void {
  for (const signal of SIGNALS) process.on(signal, request);
  process.once('disconnect', request);
}

/** Aborts at the first request to stop. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  onStopRequest(() => stopping.abort());
  return stopping.signal;
}
