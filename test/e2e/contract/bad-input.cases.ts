import { randomUUID } from 'node:crypto';
import { send, type Answer } from '../support/http.js';
import { expectProblem } from '../support/problem.js';
import { countTraces, createUserAt, emailOf } from '../support/users.js';
import type { ContractStage } from './contract-stage.js';

export function describeBadInput(stage: ContractStage): void {
  const createUser = (id?: string) => createUserAt(stage.users, id);
  const rowCount = () => countTraces(stage.store);

  describe('bad input', () => {
    const good = () => ({ name: 'Ada', email: emailOf(randomUUID()) });
    const id = randomUUID();
    const json = { 'content-type': 'application/json' };
    const cases: [string, number, string, () => Promise<Answer>][] = [
      ['malformed JSON', 400, 'validation-failed', () => send('POST', stage.users, '{"name":', json)],
      ['no body', 400, 'validation-failed', () => send('POST', stage.users)],
      ['an empty body', 400, 'validation-failed', () => send('POST', stage.users, '', json)],
      ['an array', 400, 'validation-failed', () => send('POST', stage.users, [])],
      ['null', 400, 'validation-failed', () => send('POST', stage.users, 'null', json)],
      [
        'an unknown field',
        400,
        'validation-failed',
        () => send('POST', stage.users, { ...good(), admin: true }),
      ],
      [
        'an unknown field to delete by',
        400,
        'validation-failed',
        () => send('DELETE', `${stage.users}/${id}`, { force: true }),
      ],
      [
        '__proto__',
        400,
        'validation-failed',
        () => send('POST', stage.users, '{"__proto__":{"a":1},"name":"a","email":"a@b.co"}', json),
      ],
      [
        'an id that is no UUID',
        400,
        'validation-failed',
        () => send('POST', stage.users, { ...good(), id: 'nobody' }),
      ],
      [
        'an address that is no UUID',
        400,
        'validation-failed',
        () => send('PUT', `${stage.users}/nobody`, { name: 'x' }),
      ],
      [
        'an empty name',
        400,
        'validation-failed',
        () => send('POST', stage.users, { ...good(), name: '   ' }),
      ],
      [
        'a name of 201 characters',
        400,
        'validation-failed',
        () => send('POST', stage.users, { ...good(), name: 'x'.repeat(201) }),
      ],
      [
        'a control character',
        400,
        'validation-failed',
        () => send('POST', stage.users, { ...good(), name: 'a\u0000b' }),
      ],
      [
        'half a surrogate pair',
        400,
        'validation-failed',
        () => send('POST', stage.users, '{"name":"\\ud800","email":"a@b.co"}', json),
      ],
      [
        'a name that is a number',
        400,
        'validation-failed',
        () => send('POST', stage.users, { ...good(), name: 7 }),
      ],
      ['no email', 400, 'validation-failed', () => send('POST', stage.users, { name: 'Ada' })],
      [
        'a bad email',
        400,
        'validation-failed',
        () => send('POST', stage.users, { name: 'Ada', email: 'ada' }),
      ],
      [
        'a name that is null',
        400,
        'validation-failed',
        () => send('PUT', `${stage.users}/${id}`, { name: null }),
      ],
      [
        'a bad If-Match',
        400,
        'validation-failed',
        () => send('DELETE', `${stage.users}/${id}`, undefined, { 'If-Match': '1' }),
      ],
      [
        'a name of which nothing is seen',
        400,
        'validation-failed',
        () => send('POST', stage.users, { ...good(), name: '\u200b' }),
      ],
      [
        'a name that reorders text',
        400,
        'validation-failed',
        () => send('POST', stage.users, { ...good(), name: 'Ada\u202eevil' }),
      ],
      [
        'If-None-Match',
        400,
        'validation-failed',
        () => send('PUT', `${stage.users}/${id}`, { name: 'x' }, { 'If-None-Match': '*' }),
      ],
      [
        'If-Unmodified-Since',
        400,
        'validation-failed',
        () => send('DELETE', `${stage.users}/${id}`, undefined, { 'If-Unmodified-Since': 'x' }),
      ],
      [
        'If-Match for what has no version yet',
        400,
        'validation-failed',
        () => send('POST', stage.users, good(), { 'If-Match': '*' }),
      ],
      [
        'a coded body',
        415,
        'unsupported-media-type',
        () => send('POST', stage.users, good(), { 'Content-Encoding': 'gzip' }),
      ],
      [
        'a long Idempotency-Key',
        400,
        'validation-failed',
        () => send('POST', stage.users, good(), { 'Idempotency-Key': 'k'.repeat(256) }),
      ],
      [
        'an unprintable Idempotency-Key',
        400,
        'validation-failed',
        () => send('POST', stage.users, good(), { 'Idempotency-Key': 'k\u00e9' }),
      ],
      [
        'a long X-Correlation-Id',
        400,
        'validation-failed',
        () => send('POST', stage.users, good(), { 'X-Correlation-Id': 'c'.repeat(129) }),
      ],
      [
        'a body over 64 KiB',
        413,
        'payload-too-large',
        () => send('POST', stage.users, { ...good(), name: 'x'.repeat(65_536) }),
      ],
      [
        'a form',
        415,
        'unsupported-media-type',
        () => send('POST', stage.users, 'name=Ada', { 'content-type': 'application/x-www-form-urlencoded' }),
      ],
      [
        'text',
        415,
        'unsupported-media-type',
        () => send('POST', stage.users, 'Ada', { 'content-type': 'text/plain' }),
      ],
      [
        'no media type',
        415,
        'unsupported-media-type',
        () => send('POST', stage.users, new Uint8Array([1]), { 'content-type': '' }),
      ],
      ['an unknown address', 404, 'not-found', () => send('GET', `${stage.users}s`)],
    ];

    it.each(cases)('refuses %s with %i %s, and writes nothing', async (_, status, code, attempt) => {
      const before = await rowCount();
      const answer = await attempt();
      expectProblem(answer, status, code);
      if (status === 400) {
        expect(answer.body.errors).toEqual(
          expect.arrayContaining([{ path: expect.any(String), message: expect.any(String) }]),
        );
      }
      expect(await rowCount()).toBe(before);
      await createUser();
    });

    it('takes a name of 200 characters, whatever their width', async () => {
      for (const character of ['x', 'é', '漢', '🦊']) {
        expect((await send('POST', stage.users, { ...good(), name: character.repeat(200) })).status).toBe(
          201,
        );
      }
    });
  });
}
