import { armFailpoint, disarmFailpoints, failpoint } from './failpoint.js';

afterEach(disarmFailpoints);

describe('failpoint', () => {
  it('does nothing until it is armed', () => {
    expect(() => failpoint('between append and answer')).not.toThrow();
  });

  it('ends the process at the pass that was asked for, and at no other point', () => {
    let deaths = 0;
    armFailpoint('between append and answer@2', () => deaths++);

    failpoint('between send and checkpoint');
    failpoint('between append and answer');
    expect(deaths).toBe(0);
    failpoint('between append and answer');
    expect(deaths).toBe(1);
  });

  it.each(['between nothing and nothing', 'between append and answer@0', ''])('refuses %j', (spec) => {
    expect(() => armFailpoint(spec)).toThrow('no such failpoint');
  });
});
