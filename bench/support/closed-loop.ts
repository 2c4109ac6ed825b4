import { percentile } from './statistics.ts';

export interface Load {
  /** How many call at once, each again as soon as it has its answer. */
  readonly callers: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** What one contestant did under load. Times in milliseconds. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Over the whole time, warm-up included. */
  readonly accepted: number;
  readonly refused: number;
}

/** Calls for a while; only accepted calls that ended after the warm-up count. `call` says whether it was accepted. */
export async function closedLoop(
  { callers, warmUpMs, measureMs }: Load,
  call: (caller: number) => Promise<boolean>,
): Promise<LoadResult> {
  const begin = performance.now() + warmUpMs;
  const end = begin + measureMs;
  const times: number[] = [];
  let accepted = 0;
  let refused = 0;
  const loop = async (caller: number) => {
    for (let sentAt = performance.now(); sentAt < end;) {
      const isAccepted = await call(caller);
      const answeredAt = performance.now();
      if (isAccepted) accepted++;
      else refused++;
      if (isAccepted && answeredAt >= begin && answeredAt < end) times.push(answeredAt - sentAt);
      sentAt = answeredAt;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => loop(caller)));
  return {
    perSecond: (times.length * 1_000) / measureMs,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    accepted,
    refused,
  };
}
