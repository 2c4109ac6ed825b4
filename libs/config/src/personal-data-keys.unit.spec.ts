import { z } from 'zod';
import { ConfigError, loadConfig } from './load-config.js';
import { personalDataVariables } from './variables.js';

const schema = z.object(personalDataVariables);
const keyOf = (byte: number, length = 32) => Buffer.alloc(length, byte).toString('base64');
const load = (list: string) => loadConfig(schema, { PERSONAL_DATA_KEY: list }).PERSONAL_DATA_KEY;

describe('PERSONAL_DATA_KEY', () => {
  it('is none by default, and one without a name is called so', () => {
    expect(loadConfig(schema, {}).PERSONAL_DATA_KEY).toEqual([]);
    expect(load(keyOf(1)).map(({ kid }) => kid)).toEqual(['default']);
  });

  it('is a list for rotation, of which the first wraps', () => {
    const keys = load(`2027:${keyOf(2)},default:${keyOf(1)}`);
    expect(keys.map(({ kid, secret }) => [kid, secret.export()[0]])).toEqual([
      ['2027', 2],
      ['default', 1],
    ]);
  });

  it.each([keyOf(1, 31), keyOf(1, 33), 'short', `a:${keyOf(1, 64)}`, `${keyOf(1)},${keyOf(2)}`])(
    'refuses %j, and does not show it',
    (list) => {
      expect(() => load(list)).toThrow(ConfigError);
      expect(() => load(list)).not.toThrow(list);
    },
  );
});
