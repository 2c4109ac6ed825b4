import { inspect } from 'node:util';
import { wrapProjectionFailure } from './projection.js';

it('a bug in a projection is named by its type and place, and never quotes the event', () => {
  const failing = () =>
    wrapProjectionFailure('user-list', () => {
      throw new TypeError('cannot read the name of ann@example.org');
    });

  expect(failing).toThrow(/TypeError at projection\.unit\.spec/);
  expect(shown(failing)).not.toContain('ann@example.org');
});

/** With causes, as a log would have it. */
function shown(work: () => void): string {
  try {
    work();
  } catch (error) {
    return inspect(error);
  }
  return '';
}
