import { randomUUID } from 'node:crypto';
import { send } from '../support/http.js';
import { expectProblem } from '../support/problem.js';
import { countTraces, createUserAt, emailOf } from '../support/users.js';
import type { ContractStage } from './contract-stage.js';

export function describeCommands(stage: ContractStage): void {
  const createUser = (id?: string) => createUserAt(stage.users, id);
  const rowCount = () => countTraces(stage.store);

  describe('POST, PUT, PATCH and DELETE of users', () => {
    it('creates, changes and deletes', async () => {
      const id = randomUUID();
      const created = await send('POST', stage.users, {
        id: id.toUpperCase(),
        name: '  Ada  ',
        email: emailOf(id),
      });
      expect([created.status, created.body]).toEqual([201, { id, version: 1 }]);
      expect(created.headers.get('location')).toBe(`/users/${id}`);
      expect(created.headers.get('etag')).toBe('"1"');
      expect(created.headers.get('consistency-token')).toBeTruthy();

      const renamed = await send('PUT', `${stage.users}/${id}`, { name: 'Ada L.' });
      expect([renamed.status, renamed.body]).toEqual([200, { id, version: 2 }]);
      const same = await send('PATCH', `${stage.users}/${id.toUpperCase()}`, {
        name: 'Ada L.',
        email: emailOf(id),
      });
      expect([same.status, same.body, same.headers.get('etag')]).toEqual([200, { id, version: 2 }, '"2"']);
      const deleted = await send('DELETE', `${stage.users}/${id}`);
      expect([deleted.status, deleted.body]).toEqual([200, { id, version: 3 }]);

      const stored = await stage.store.query(
        'select event_type, data from events where aggregate_id = $1 order by version',
        [id],
      );
      expect(stored.rows).toEqual([
        { event_type: 'user.created', data: { id, name: 'Ada', email: emailOf(id) } },
        { event_type: 'user.updated', data: { id, name: 'Ada L.' } },
        { event_type: 'user.deleted', data: { id } },
      ]);
    });

    it('makes a UUIDv7 where no id is given', async () => {
      const { body } = await send('POST', stage.users, { name: 'Ada', email: emailOf(randomUUID()) });
      expect(body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    });

    it('refuses what the state of the user does not allow, and leaves no trace of it', async () => {
      const id = await createUser();
      const gone = await createUser();
      await send('DELETE', `${stage.users}/${gone}`);
      const before = await rowCount();
      expectProblem(
        await send('POST', stage.users, { id, name: 'Eve', email: emailOf(randomUUID()) }),
        409,
        'user-already-exists',
      );
      expectProblem(
        await send('POST', stage.users, { id: gone, name: 'Eve', email: emailOf(randomUUID()) }),
        409,
        'user-already-exists',
      );
      expectProblem(
        await send('POST', stage.users, { name: 'Eve', email: emailOf(id).toUpperCase() }),
        409,
        'email-already-taken',
      );
      expectProblem(
        await send('PUT', `${stage.users}/${randomUUID()}`, { name: 'Eve' }),
        404,
        'user-not-found',
      );
      expectProblem(await send('PUT', `${stage.users}/${gone}`, { name: 'Eve' }), 404, 'user-not-found');
      expectProblem(await send('DELETE', `${stage.users}/${gone}`), 404, 'user-not-found');
      expectProblem(
        await send('PUT', `${stage.users}/${id}`, { name: 'Eve' }, { 'If-Match': '"7"' }),
        412,
        'version-mismatch',
      );
      expectProblem(
        await send('DELETE', `${stage.users}/${id}`, undefined, { 'If-Match': '"never-given"' }),
        412,
        'version-mismatch',
      );
      expect(await rowCount()).toBe(before);
      expect((await send('POST', stage.users, { name: 'Eve', email: emailOf(gone) })).status).toBe(201);
    });

    it('takes If-Match with the current version', async () => {
      const id = await createUser();
      expect((await send('PUT', `${stage.users}/${id}`, { name: 'B' }, { 'If-Match': '"1"' })).status).toBe(
        200,
      );
      expect((await send('PATCH', `${stage.users}/${id}`, { name: 'C' }, { 'If-Match': '*' })).status).toBe(
        200,
      );
      expect((await send('DELETE', `${stage.users}/${id}`, undefined, { 'If-Match': '"3"' })).status).toBe(
        200,
      );
    });

    it('takes If-Match with the current version among others, and refuses it without', async () => {
      const id = await createUser();
      const put = (name: string, ifMatch: string) =>
        send(
          'PUT',
          `${stage.users}/${id}`,
          { name },
          { 'If-Match': ifMatch, 'Idempotency-Key': `${id}${name}` },
        );
      expect((await put('B', '"1", "7"')).body.version).toBe(2);
      expect((await put('B', '"1","7"')).headers.get('idempotency-replayed')).toBe('true');
      expectProblem(await put('B', '"1"'), 422, 'idempotency-key-reused');
      expectProblem(await put('C', '"1", W/"2", "x"'), 412, 'version-mismatch');
      expect((await put('D', 'W/"1", "2"')).body.version).toBe(3);
    });

    it('keeps the email of a user free for the user itself, whatever its case', async () => {
      const id = await createUser();
      const shouted = await send('PUT', `${stage.users}/${id}`, { email: emailOf(id).toUpperCase() });
      expect([shouted.status, shouted.body.version]).toEqual([200, 2]);
      expectProblem(
        await send('POST', stage.users, { name: 'Eve', email: emailOf(id) }),
        409,
        'email-already-taken',
      );
    });
  });

  describe('Idempotency-Key', () => {
    it('gives the first answer again, refusals too, and refuses the key for another request', async () => {
      const id = randomUUID();
      const key = { 'Idempotency-Key': `key ${id}` };
      const body = { id, name: 'Ada', email: emailOf(id) };
      const first = await send('POST', stage.users, body, key);
      const again = await send('POST', stage.users, { email: emailOf(id), id, name: 'Ada' }, key);
      expect([again.status, again.body]).toEqual([201, first.body]);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      for (const header of ['etag', 'location', 'consistency-token', 'content-type', 'x-correlation-id']) {
        expect(again.headers.get(header)).toBe(first.headers.get(header));
      }
      expectProblem(
        await send('POST', stage.users, { ...body, name: 'Eve' }, key),
        422,
        'idempotency-key-reused',
      );
      expectProblem(
        await send('PUT', `${stage.users}/${id}`, { name: 'Ada' }, key),
        422,
        'idempotency-key-reused',
      );

      const refusedKey = { 'Idempotency-Key': randomUUID() };
      const missing = randomUUID();
      const refused = await send('DELETE', `${stage.users}/${missing}`, undefined, refusedKey);
      await createUser(missing);
      const repeated = await send('DELETE', `${stage.users}/${missing}`, undefined, refusedKey);
      expect([repeated.status, repeated.body]).toEqual([404, refused.body]);
      expect(repeated.headers.get('content-type')).toBe(refused.headers.get('content-type'));
      const otherMatch = { ...refusedKey, 'If-Match': '"1"' };
      expectProblem(
        await send('DELETE', `${stage.users}/${missing}`, undefined, otherMatch),
        422,
        'idempotency-key-reused',
      );
    });

    it('does not store a refused form', async () => {
      const key = { 'Idempotency-Key': randomUUID() };
      expect((await send('POST', stage.users, { name: '' }, key)).status).toBe(400);
      expect(
        (await send('POST', stage.users, { name: 'Ada', email: emailOf(randomUUID()) }, key)).status,
      ).toBe(201);
    });
  });

  describe('correlation', () => {
    it('is taken, echoed, and stored with the event', async () => {
      const id = randomUUID();
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      const headers = { 'X-Correlation-Id': 'order 66', traceparent };
      const answer = await send('POST', stage.users, { id, name: 'Ada', email: emailOf(id) }, headers);
      expect(answer.headers.get('x-correlation-id')).toBe('order 66');
      expect(answer.headers.get('traceparent')).toBe(traceparent);
      const stored = await stage.store.query(
        'select correlation_id, traceparent from events where aggregate_id = $1',
        [id],
      );
      expect(stored.rows).toEqual([{ correlation_id: 'order 66', traceparent }]);
    });
  });
}
