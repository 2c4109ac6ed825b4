import { type Runner, RunnerClass } from '../kafkajs-internals.js';
import { patchFetchWithoutMembership } from './fetch-without-membership.patch.js';

describe('a consumer of kafkajs', () => {
  beforeAll(() => patchFetchWithoutMembership());

  /** Just what kafkajs's method touches. */
  function runner(memberId: string | null, running = true) {
    return {
      running,
      heartbeat: () => Promise.resolve(),
      instrumentationEmitter: { emit: () => undefined },
      logger: { debug: () => undefined },
      consumerGroup: { memberId, fetch: () => Promise.resolve(['a batch']) },
    } as object as Runner;
  }
  const fetch = (fake: Runner) => RunnerClass.prototype.fetch.call(fake, 1);

  it('fetches as a member of its group', async () => {
    expect(await fetch(runner('member'))).toEqual(['a batch']);
  });

  it('joins again if it is none, as if a heartbeat had told it so', async () => {
    await expect(fetch(runner(null))).rejects.toMatchObject({ type: 'UNKNOWN_MEMBER_ID' });
  });

  it('does neither once it is stopped', async () => {
    expect(await fetch(runner(null, false))).toEqual([]);
  });
});
