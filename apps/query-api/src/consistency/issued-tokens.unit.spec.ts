import { IssuedTokens, type VersionSource } from './issued-tokens.js';

const token = (aggregateId: string, version: number) => ({ aggregateType: 'user', aggregateId, version });

function sourceOf(versions: Record<string, number>, mayLackVersions = false) {
  const asked: (readonly string[])[] = [];
  const source: VersionSource = {
    newestVersions(_, ids) {
      asked.push(ids);
      return Promise.resolve(new Map(Object.entries(versions).filter(([id]) => ids.includes(id))));
    },
    mayLackVersions: () => Promise.resolve(mayLackVersions),
  };
  return { source, asked };
}

describe('a token', () => {
  it('was issued if the store has its version', async () => {
    const { source } = sourceOf({ a: 3 });
    const tokens = new IssuedTokens(source);
    const asked = [token('a', 3), token('a', 1), token('a', 4), token('b', 1)];
    const answers = await Promise.all(asked.map((one) => tokens.wasIssued(one)));
    expect(answers).toEqual([true, true, false, false]);
  });

  it('may have been issued if the store lacks its version, and may lack events', async () => {
    const tokens = new IssuedTokens(sourceOf({ a: 3 }, true).source);
    expect(await tokens.wasIssued(token('a', 3))).toBe(true);
    expect(await tokens.wasIssued(token('a', 4))).toBeUndefined();
  });

  it('is asked for with all that came meanwhile', async () => {
    const { source, asked } = sourceOf({ a: 1, b: 1, c: 1 });
    const tokens = new IssuedTokens(source);
    await Promise.all(['a', 'b', 'c', 'b'].map((id) => tokens.wasIssued(token(id, 1))));
    expect(asked).toEqual([['a'], ['b', 'c']]);
  });

  it('may have been issued if the store is away or silent, and it is asked again', async () => {
    let answer: () => Promise<ReadonlyMap<string, number>> = () => Promise.reject(new Error('down'));
    const tokens = new IssuedTokens({
      newestVersions: () => answer(),
      mayLackVersions: () => Promise.resolve(false),
    });
    expect(await tokens.wasIssued(token('a', 1))).toBeUndefined();
    answer = () => new Promise(() => undefined);
    expect(await tokens.wasIssued(token('a', 1))).toBeUndefined();
    answer = () => Promise.resolve(new Map([['a', 1]]));
    expect(await tokens.wasIssued(token('a', 1))).toBe(true);
  });
});
