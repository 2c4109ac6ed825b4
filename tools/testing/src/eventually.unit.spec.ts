import { eventually } from './eventually.js';

describe('eventually', () => {
  it('returns what the probe returns when it is there', async () => {
    let calls = 0;
    await expect(eventually(() => (++calls > 2 ? `call ${calls}` : undefined))).resolves.toBe('call 3');
  });

  it('waits for an assertion to hold', async () => {
    let calls = 0;
    await eventually(() => {
      expect(++calls).toBe(3);
      return true;
    });
    expect(calls).toBe(3);
  });

  it('says what did not happen, and why', async () => {
    const probe = () => Promise.reject(new Error('connection refused'));
    await expect(eventually(probe, { deadlineMs: 30, describe: 'the answer' })).rejects.toThrow(
      'the answer did not happen within 30 ms: connection refused',
    );
  });
});
