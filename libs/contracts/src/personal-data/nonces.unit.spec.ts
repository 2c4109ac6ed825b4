import { nextNonce, NONCE_BYTES } from './nonces.js';

it('gives each nonce once, however many are drawn', () => {
  const nonces = Array.from({ length: 2_000 }, () => nextNonce().toString('hex'));

  expect(new Set(nonces).size).toBe(nonces.length);
  for (const nonce of nonces) expect(nonce).toHaveLength(2 * NONCE_BYTES);
});
