import { NO_VERSION, VersionMismatch } from './event-store.errors.js';

describe('VersionMismatch', () => {
  it('names both versions, and only the current one if no version was expected', () => {
    expect(new VersionMismatch(2, 3).message).toBe('the expected version is 2, the current one 3');
    expect(new VersionMismatch(NO_VERSION, 3).message).toBe(
      'what is expected is no version at all, the current one is 3',
    );
  });
});
