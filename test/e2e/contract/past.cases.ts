import { randomUUID } from 'node:crypto';
import { send } from '../support/http.js';
import type { ContractStage } from './contract-stage.js';

export function describePast(stage: ContractStage): void {
  describe('the past of a user', () => {
    it('is shown as each command made it, to whoever holds its token', async () => {
      const id = randomUUID();
      const address = `${stage.fleet.queryApis[0]!.url}/users/${id}`;
      const correlation = { 'X-Correlation-Id': `past-${id}` };
      await send('POST', stage.users, { id, name: 'Ada', email: `${id}@example.org` }, correlation);
      await send('PUT', `${stage.users}/${id}`, { name: 'Bea' });
      const second = await send('GET', `${address}?version=2`);
      const deleted = await send('DELETE', `${stage.users}/${id}`);
      const token = { 'Consistency-Token': deleted.headers.get('consistency-token')! };

      const first = await send('GET', `${address}?version=1`, undefined, token);
      expect(first.body).toMatchObject({ id, name: 'Ada', status: 'active', version: 1 });
      expect(first.headers.get('etag')).toBe('"1"');
      expect(second.body).toMatchObject({ name: 'Bea', version: 2, createdAt: first.body.createdAt });
      const then = await send('GET', `${address}?at=${String(second.body.updatedAt)}`, undefined, token);
      expect(then.body).toMatchObject({ name: 'Bea', version: 2 });
      for (const [query, code] of [
        ['version=3', 'user-not-found'],
        ['version=4', 'no-such-version'],
        ['at=2001-01-01T00:00:00Z', 'user-not-found'],
      ])
        expect((await send('GET', `${address}?${query}`)).body).toMatchObject({ status: 404, code });

      const { items } = (await send('GET', `${address}/events`, undefined, token)).body as {
        items: Record<string, unknown>[];
      };
      expect(items.map(({ type, version }) => [type, version])).toEqual([
        ['user.created', 1],
        ['user.updated', 2],
        ['user.deleted', 3],
      ]);
      expect(items[0]).toMatchObject({ correlationId: `past-${id}`, actor: null });
      expect(items[1]!['changes']).toEqual([{ path: '/name', from: 'Ada', to: 'Bea' }]);
    });
  });
}
