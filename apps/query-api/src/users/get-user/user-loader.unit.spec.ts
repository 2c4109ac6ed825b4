import type { AskedUser, FoundUser, UserView } from '@eventfleet/read-models/queries';
import { UserLoader } from './user-loader.js';

const asked = (id: string): AskedUser => ({ id, token: undefined });

function userOf({ id }: AskedUser): UserView {
  return {
    id,
    name: 'Ada',
    email: 'a@example.org',
    status: 'active',
    version: 1,
    createdAt: '',
    updatedAt: '',
  };
}

/** A store whose answers the test gives. */
function slowStore() {
  const batches: { readonly ids: string[]; answer(): void; fail(error: Error): void }[] = [];
  const find = (users: readonly AskedUser[]) =>
    new Promise<FoundUser[]>((resolve, reject) => {
      const ids = users.map(({ id }) => id);
      batches.push({ ids, answer: () => resolve(users.map(userOf)), fail: reject });
    });
  return { batches, find };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('UserLoader', () => {
  it('finds all who are asked for in one turn by one statement, each their own', async () => {
    const { batches, find } = slowStore();
    const users = new UserLoader(find);
    const found = Promise.all(['a', 'b', 'a'].map((id) => users.load(asked(id))));
    await turn();
    expect(batches.map(({ ids }) => ids)).toEqual([['a', 'b', 'a']]);
    batches[0]!.answer();
    expect(await found).toMatchObject([{ id: 'a' }, { id: 'b' }, { id: 'a' }]);
  });

  it('never answers from a statement that began before', async () => {
    const { batches, find } = slowStore();
    const users = new UserLoader(find);
    const first = users.load(asked('a'));
    await turn();
    const second = users.load(asked('a'));
    await turn();
    batches[0]!.answer();
    await first;
    await turn();
    expect(batches.map(({ ids }) => ids)).toEqual([['a'], ['a']]);
    batches[1]!.answer();
    expect(await second).toMatchObject({ id: 'a' });
  });

  it('lets a statement fail those who share it, and nobody else', async () => {
    const { batches, find } = slowStore();
    const users = new UserLoader(find);
    const failed = Promise.allSettled(['a', 'b'].map((id) => users.load(asked(id))));
    await turn();
    batches[0]!.fail(new Error('down'));
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = users.load(asked('c'));
    await turn();
    batches[1]!.answer();
    expect(await next).toMatchObject({ id: 'c' });
  });

  it('refuses whom a thousand others wait before', async () => {
    const users = new UserLoader(slowStore().find);
    for (let n = 0; n < 1_000; n++) void users.load(asked(String(n)));
    await expect(users.load(asked('a'))).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('gathers those who come while enough statements are under way', async () => {
    const { batches, find } = slowStore();
    const users = new UserLoader(find);
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
      void users.load(asked(id));
      await turn();
    }
    batches[1]!.answer();
    await turn();
    expect(batches.map(({ ids }) => ids)).toEqual([['a'], ['b'], ['c'], ['d'], ['e', 'f']]);
  });
});
