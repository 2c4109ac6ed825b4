import { armFailpoint, disarmFailpoints, failpoint } from './failpoint.js';

afterEach(disarmFailpoints);

describe('failpoint', () => {
  it('does nothing until it is armed', () => {
    expect(() => failpoint('between append and answer')).not.toThrow();
  });

  it('ends the process at the pass that was asked for, and at no other point', () => {
    const deaths: string[] = [];
    armFailpoint('between append and answer@2', (name) => deaths.push(name));

    failpoint('between send and checkpoint');
    failpoint('between append and answer');
    expect(deaths).toEqual([]);
    failpoint('between append and answer');
    expect(deaths).toEqual(['between append and answer']);
  });

  it.each(['between nothing and nothing', 'between append and answer@0', ''])('refuses %j', (spec) => {
    expect(() => armFailpoint(spec)).toThrow('no such failpoint');
  });
});
