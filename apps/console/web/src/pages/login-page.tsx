import type { SessionView } from '../../../src/login/session.view.ts';
import { loginAddress } from '../core/session.ts';

const FAILURES = new Map([
  ['login-expired', 'This browser did not begin it, or more than ten minutes ago.'],
  ['login-refused', 'The issuer did not log you in.'],
  ['token-refused', 'The console does not take the token that the issuer gave. Its log says why.'],
  ['issuer-unavailable', 'The issuer does not answer. Try again later.'],
]);

/** In the place of every page, while nobody is logged in who may look. */
export function LoginPage({ session: { isOffered, operator } }: { session: SessionView }) {
  const failure = new URLSearchParams(location.search).get('login-failed');
  return (
    <section class="login" aria-labelledby="login-title">
      <h1 id="login-title">Log in</h1>
      {failure !== null && (
        <p class="problem" role="alert">
          The login did not succeed. {FAILURES.get(failure)}
        </p>
      )}
      {operator && (
        <p>
          You are {operator.name}, and may not look at the fleet: that needs the scope <code>fleet:read</code>
          .
        </p>
      )}
      {isOffered ? (
        <p>
          {/* A link to elsewhere: the page does not follow it by itself. */}
          <a
            class="button primary"
            target="_self"
            href={failure === null ? loginAddress(location) : '/login'}
          >
            Log in
          </a>
        </p>
      ) : (
        <p>
          This console takes access tokens of programs. For logins it needs <code>OIDC_CLIENT_ID</code> and{' '}
          <code>OIDC_CLIENT_SECRET</code>.
        </p>
      )}
    </section>
  );
}
