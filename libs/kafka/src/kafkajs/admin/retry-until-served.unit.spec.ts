import { retryUntilServed } from './retry-until-served.js';

const failure = (type: string, options?: ErrorOptions) => Object.assign(new Error(type, options), { type });

/** Fails with each of these in turn, and then answers. */
function answerAfter(...failures: Error[]): () => Promise<string> {
  return async () => {
    const next = failures.shift();
    if (next) throw next;
    return 'served';
  };
}

describe('retryUntilServed', () => {
  it('waits until every broker knows the topic and its leaders', async () => {
    const unknown = failure('UNKNOWN_TOPIC_OR_PARTITION');
    const leaderless = failure('LEADER_NOT_AVAILABLE');
    const givenUp = new Error('retries exceeded', { cause: failure('NOT_LEADER_FOR_PARTITION') });
    await expect(retryUntilServed(answerAfter(unknown, leaderless, givenUp))).resolves.toBe('served');
  });

  it.each(['GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP', 'GROUP_LOAD_IN_PROGRESS'])(
    'waits for the coordinator of a group while the answer is %s',
    async (type) => {
      await expect(retryUntilServed(answerAfter(failure(type)))).resolves.toBe('served');
    },
  );

  it('throws anything else at once', async () => {
    const refusal = failure('TOPIC_AUTHORIZATION_FAILED');
    const ask = answerAfter(refusal);
    await expect(retryUntilServed(ask)).rejects.toBe(refusal);
    await expect(ask()).resolves.toBe('served');
  });

  it('throws the last error when the deadline is over', async () => {
    const unknown = failure('UNKNOWN_TOPIC_OR_PARTITION');
    await expect(retryUntilServed(answerAfter(unknown, unknown, unknown), 0)).rejects.toBe(unknown);
  });
});
