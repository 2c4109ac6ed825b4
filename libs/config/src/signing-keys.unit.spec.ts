import { inspect } from 'node:util';
import { z } from 'zod';
import { ConfigError, loadConfig } from './load-config.js';
import { signingVariables } from './variables.js';

const schema = z.object(signingVariables);
const keyOf = (byte: number, length = 32) => Buffer.alloc(length, byte).toString('base64');
const load = (list: string) => loadConfig(schema, { EVENT_SIGNING_KEYS: list }).EVENT_SIGNING_KEYS;

function problemsOf(list: string): readonly string[] {
  try {
    load(list);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

describe('EVENT_SIGNING_KEYS', () => {
  it('is none by default', () => {
    expect(loadConfig(schema, {}).EVENT_SIGNING_KEYS).toEqual([]);
    expect(load('')).toEqual([]);
  });

  it('is a list of names and keys, in its order', () => {
    const list = [`2026-11:${keyOf(1)}`, `_old_:${keyOf(2, 64)}`, `${'k'.repeat(32)}:${keyOf(0xff, 33)}`];
    const keys = load(list.join(', '));

    expect(keys.map(({ kid }) => kid)).toEqual(['2026-11', '_old_', 'k'.repeat(32)]);
    expect(keys.map(({ secret }) => secret.export().toString('base64'))).toEqual([
      keyOf(1),
      keyOf(2, 64),
      keyOf(0xff, 33),
    ]);
  });

  it('holds eight keys at most', () => {
    const list = Array.from({ length: 9 }, (_, n) => `k${n}:${keyOf(n)}`);
    expect(load(list.slice(1).join(','))).toHaveLength(8);
    expect(problemsOf(list.join(','))).toEqual(['EVENT_SIGNING_KEYS: must have at most 8 keys']);
  });

  const noName = 'needs a name of 1 to 32 letters, digits, _ or -';
  const noKey = 'needs a key of at least 32 bytes in base64';
  it.each([
    [keyOf(1), [noName, noKey]],
    [`:${keyOf(1)}`, [noName]],
    [`a.b:${keyOf(1)}`, [noName]],
    [`${'k'.repeat(33)}:${keyOf(1)}`, [noName]],
    [`ä:${keyOf(1)}`, [noName]],
    ['a', [noKey]],
    ['a:', [noKey]],
    [`a:${keyOf(1, 31)}`, [noKey]],
    [`a:${keyOf(1)}x`, [noKey]],
    [`a:${keyOf(1).replace('=', '')}`, [noKey]],
    [`a:${keyOf(0xff).replaceAll('/', '_')}`, [noKey]],
    [`a::${keyOf(1)}`, [noKey]],
    [`a:${keyOf(1)}\n`, []],
  ])('refuses %j', (entry, expected) => {
    const problems = expected.map((problem) => `entry 1 ${problem}`).join('; ');
    expect(problemsOf(entry)).toEqual(problems ? [`EVENT_SIGNING_KEYS: ${problems}`] : []);
  });

  it.each([
    [`a:${keyOf(1)},a:${keyOf(2)}`, 'entry 2 has the name of another'],
    [`a:${keyOf(1)},b:${keyOf(1)}`, 'entry 2 has the key of another'],
    [`a:${keyOf(1)},`, `entry 2 ${noName}; entry 2 ${noKey}`],
  ])('refuses %j', (list, problem) => {
    expect(problemsOf(list)).toEqual([`EVENT_SIGNING_KEYS: ${problem}`]);
  });

  it('shows no secret, in a message or when it is logged', () => {
    const secret = keyOf(1, 24);
    expect(problemsOf(`${secret}:a,a:${secret},b:${secret}`).join()).not.toContain(secret);
    const keys = load(`a:${keyOf(1)}`);
    expect(inspect(keys, { depth: 9 }) + JSON.stringify(keys)).not.toMatch(/AQEB|01 01/);
  });
});
