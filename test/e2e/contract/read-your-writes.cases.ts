import { randomUUID } from 'node:crypto';
import { reflecting, send } from '../support/http.js';
import type { ContractStage } from './contract-stage.js';

export function describeReadYourWrites(stage: ContractStage): void {
  const queries = () => stage.fleet.queryApis[0]!.url;
  const emailOf = (id: string) => `${id}@Example.org`;

  describe('the whole way of a command', () => {
    it('shows each command to whoever holds its token: in the user, the list and the statistics', async () => {
      for (let round = 0; round < 10; round++) {
        const id = randomUUID();
        const created = await send('POST', stage.users, {
          id,
          name: `Ada ${round}`,
          email: emailOf(id),
        });
        const token = reflecting(created);
        const user = await send('GET', `${queries()}/users/${id}`, undefined, token);
        expect(user.status).toBe(200);
        expect(user.body).toEqual({
          id,
          name: `Ada ${round}`,
          email: emailOf(id),
          status: 'active',
          version: 1,
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          updatedAt: user.body.createdAt,
        });
        const list = await send(
          'GET',
          `${queries()}/users?email=${emailOf(id).toLowerCase()}`,
          undefined,
          token,
        );
        expect(list.body).toEqual({ items: [user.body], nextCursor: null });
        const stats = await send('GET', `${queries()}/stats/users`, undefined, token);
        expect(stats.body).toMatchObject({ total: round + 1, existing: round + 1, deleted: 0 });

        const renamed = await send('PUT', `${stage.users}/${id}`, { name: 'Bea' });
        const newer = reflecting(renamed);
        const after = await send('GET', `${queries()}/users/${id}`, undefined, newer);
        expect([after.body.name, after.body.version, after.headers.get('etag')]).toEqual(['Bea', 2, '"2"']);
        const unchanged = await send('GET', `${queries()}/users/${id}`, undefined, {
          'If-None-Match': '"2"',
        });
        expect(unchanged.status).toBe(304);
      }
    });

    it('forgets a deleted user, and counts it', async () => {
      const id = randomUUID();
      const before = (await send('GET', `${queries()}/stats/users`)).body;
      await send('POST', stage.users, { id, name: 'Ada', email: emailOf(id) });
      const deleted = await send('DELETE', `${stage.users}/${id}`);
      const token = reflecting(deleted);
      const gone = await send('GET', `${queries()}/users/${id}`, undefined, token);
      expect([gone.status, gone.body.code]).toEqual([404, 'user-not-found']);
      const list = await send('GET', `${queries()}/users?email=${emailOf(id)}`, undefined, token);
      expect(list.body.items).toEqual([]);
      const stats = await send('GET', `${queries()}/stats/users`, undefined, token);
      expect(stats.body).toMatchObject({
        total: Number(before.total) + 1,
        existing: before.existing,
        deleted: Number(before.deleted) + 1,
      });
    });
  });
}
