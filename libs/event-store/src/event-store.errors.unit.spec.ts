import { VersionMismatch } from './event-store.errors.js';

describe('VersionMismatch', () => {
  it('names both versions, and only the current one if none or several were expected', () => {
    expect(new VersionMismatch([2], 3).message).toBe('the expected version is 2, the current one 3');
    expect(new VersionMismatch([], 3).message).toBe('no expected value is a version, the current one is 3');
    expect(new VersionMismatch([1, 2], 3).message).toBe(
      'none of the expected versions is the current one, 3',
    );
  });
});
