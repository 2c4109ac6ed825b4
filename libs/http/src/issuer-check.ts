import type { TokenVerifier } from '@eventfleet/auth';
import type { ReadinessCheck } from './readiness-check.js';

/** An app that has never read the issuer's keys can let nobody in. Later outages of the issuer do not matter here. */
export function issuerCheck(verifier: TokenVerifier | null | undefined): readonly ReadinessCheck[] {
  if (!verifier) return [];
  return [
    {
      name: 'issuer',
      async check() {
        verifier.assertReady();
      },
    },
  ];
}
