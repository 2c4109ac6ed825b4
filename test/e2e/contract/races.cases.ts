import { randomUUID } from 'node:crypto';
import { startConnectionKiller } from '../support/connection-killer.js';
import { sameAnswer, send, tally, type Answer } from '../support/http.js';
import { emailOf } from '../support/users.js';
import type { ContractStage } from './contract-stage.js';

export function describeRaces(stage: ContractStage): void {
  /** Requests go to the two copies in turn. */
  let turn = 0;
  const copy = () => stage.fleet.commandApis[turn++ % 2]!.url;

  const create = (user: { id?: string; name?: string; email?: string } = {}, headers = {}) => {
    const id = user.id ?? randomUUID();
    return send('POST', `${copy()}/users`, { id, name: 'Ada', email: emailOf(id), ...user }, headers);
  };

  async function versionsOf(id: string): Promise<number[]> {
    const result = await stage.store.query<{ version: number }>(
      'select version from events where aggregate_id = $1 order by transaction_id, global_position',
      [id],
    );
    return result.rows.map(({ version }) => version);
  }

  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  /** A connection that breaks may leave an outcome open: 503, and the same key finds it out. */
  async function untilDecided(attempt: () => Promise<Answer>): Promise<Answer> {
    const deadline = Date.now() + 15_000;
    let answer = await attempt();
    while (answer.status === 503 && Date.now() < deadline) answer = await attempt();
    return answer;
  }

  describe.each([
    { name: 'undisturbed', disturbed: false },
    { name: 'with the connections of the appends killed in the middle', disturbed: true },
  ])('two command-api copies, $name', ({ disturbed }) => {
    let killer: ReturnType<typeof startConnectionKiller> | undefined;
    let kills = 0;
    beforeEach(() => {
      killer = disturbed ? startConnectionKiller(stage.fleet.eventStoreUrl) : undefined;
    });
    afterEach(async () => {
      kills += (await killer?.stop()) ?? 0;
    });
    afterAll(() => expect(kills > 0).toBe(disturbed));

    it('decides 64 concurrent updates of one user one after the other', async () => {
      const id = randomUUID();
      await untilDecided(() => create({ id }, { 'Idempotency-Key': id }));
      const answers = await Promise.all(
        upTo(64).map((n) => {
          const key = randomUUID();
          return untilDecided(() =>
            send('PUT', `${copy()}/users/${id}`, { name: `Ada ${n}` }, { 'Idempotency-Key': key }),
          );
        }),
      );
      expect(tally(answers)).toEqual({ 200: 64 });
      const versions = answers.map(({ body }) => Number(body.version));
      expect(versions.toSorted((a, b) => a - b)).toEqual(upTo(64).map((n) => n + 1));
      expect(await versionsOf(id)).toEqual(upTo(65));
    });

    it('gives one email to one of 200 creates', async () => {
      const email = emailOf(randomUUID());
      const ids = upTo(200).map(() => randomUUID());
      const answers = await Promise.all(
        ids.map((id) => untilDecided(() => create({ id, email }, { 'Idempotency-Key': id }))),
      );
      expect(tally(answers)).toEqual({ 201: 1, 409: 199 });
      expect(new Set(answers.flatMap(({ body }) => body.code ?? []))).toEqual(
        new Set(['email-already-taken']),
      );
      const stored = await stage.store.query('select 1 from events where aggregate_id = any($1)', [ids]);
      expect(stored.rowCount).toBe(1);
      const refused = ids[answers.findIndex(({ status }) => status === 409)]!;
      const again = await untilDecided(() =>
        create({ id: refused }, { 'Idempotency-Key': `${refused}-again` }),
      );
      expect(again.status).toBe(201);
    });

    it('executes one idempotency key once, sent 50 times at once', async () => {
      const id = randomUUID();
      const email = emailOf(id);
      const answers = await Promise.all(
        upTo(50).map(() => untilDecided(() => create({ id, email }, { 'Idempotency-Key': `once-${id}` }))),
      );
      expect(answers.every((answer) => sameAnswer(answer, answers[0]!))).toBe(true);
      expect(answers[0]!.status).toBe(201);
      const originals = answers.filter(({ headers }) => !headers.has('idempotency-replayed'));
      if (disturbed) expect(originals.length).toBeLessThanOrEqual(1);
      else expect(originals).toHaveLength(1);
      expect(await versionsOf(id)).toEqual([1]);
    });

    it('hands an email from a deleted user to a new one, again and again', async () => {
      const email = emailOf(randomUUID());
      let holder = randomUUID();
      await untilDecided(() => create({ id: holder, email }, { 'Idempotency-Key': holder }));
      for (let round = 0; round < 15; round++) {
        const next = randomUUID();
        const former = holder;
        const [deleted, created] = await Promise.all([
          untilDecided(() =>
            send('DELETE', `${copy()}/users/${former}`, undefined, { 'Idempotency-Key': `gone-${former}` }),
          ),
          untilDecided(() => create({ id: next, email }, { 'Idempotency-Key': next })),
        ]);
        expect(deleted.status).toBe(200);
        if (created.status !== 201) {
          expect(created.body.code).toBe('email-already-taken');
          const retried = await untilDecided(() =>
            create({ id: next, email }, { 'Idempotency-Key': `${next}-2` }),
          );
          expect(retried.status).toBe(201);
        }
        const claims = await stage.store.query('select aggregate_id from claims where key = $1', [email]);
        expect(claims.rows).toEqual([{ aggregate_id: next }]);
        holder = next;
      }
    });

    it('accepts the other 99 of a hundred creates when one is refused', async () => {
      const taken = emailOf(randomUUID());
      await untilDecided(() => create({ email: taken }, { 'Idempotency-Key': taken }));
      const answers = await Promise.all(
        upTo(100).map((n) => {
          const id = randomUUID();
          const email = n === 50 ? taken : emailOf(id);
          return untilDecided(() => create({ id, email }, { 'Idempotency-Key': id }));
        }),
      );
      expect(tally(answers)).toEqual({ 201: 99, 409: 1 });
      expect(answers[49]!.status).toBe(409);
    });
  });

  describe('a copy whose cached user another copy has changed', () => {
    it('answers its next no-op, 412, update and 404 on the truth', async () => {
      const [a, b] = stage.fleet.commandApis.map(({ url }) => url) as [string, string];
      const id = randomUUID();
      await send('POST', `${a}/users`, { id, name: 'one', email: emailOf(id) });
      await send('PUT', `${b}/users/${id}`, { name: 'two' });
      // A has version 1 in its cache, where this would be a no-op.
      expect((await send('PUT', `${a}/users/${id}`, { name: 'one' })).body.version).toBe(3);
      await send('PUT', `${b}/users/${id}`, { name: 'four' });
      expect((await send('PUT', `${a}/users/${id}`, { name: 'five' }, { 'If-Match': '"3"' })).status).toBe(
        412,
      );
      await send('PUT', `${b}/users/${id}`, { name: 'six' });
      const noop = await send('PUT', `${a}/users/${id}`, { name: 'six' });
      expect([noop.status, noop.body.version, noop.headers.get('etag')]).toEqual([200, 5, '"5"']);
      await send('DELETE', `${b}/users/${id}`);
      expect((await send('PUT', `${a}/users/${id}`, { name: 'six' })).status).toBe(404);
      expect((await send('DELETE', `${a}/users/${id}`)).status).toBe(404);
      expect(await versionsOf(id)).toEqual([1, 2, 3, 4, 5, 6]);
    });
  });
}
