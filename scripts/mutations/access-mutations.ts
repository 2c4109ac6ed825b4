import type { Mutation } from './mutation.ts';

const VERIFIER = 'libs/auth/src/token-verifier.ts';
const VERIFIER_SPEC = 'libs/auth/src/token-verifier.unit.spec.ts';
const HOOK = 'libs/http/src/access.hook.ts';
const LOGIN_SPEC = 'apps/console/src/login/login.unit.spec.ts';
const ACCESS_SPEC = 'apps/command-api/src/command-api.access.unit.spec.ts';

/** Of who may do what, and of who asked. */
export const accessMutations: readonly Mutation[] = [
  {
    mechanism: 'access: a token is for this audience',
    file: VERIFIER,
    from: '        issuer,\n        audience,\n',
    to: '        issuer,\n',
    spec: VERIFIER_SPEC,
    test: 'another audience',
  },
  {
    mechanism: 'access: only an access token is one',
    file: VERIFIER,
    from: '        typ: TYPE,\n',
    to: '',
    spec: VERIFIER_SPEC,
    test: 'id token',
  },
  {
    mechanism: 'access: a remembered token still expires',
    file: VERIFIER,
    from: 'if (known) return checkTimes(known, at).caller;',
    to: 'if (known) return known.caller;',
    spec: VERIFIER_SPEC,
    test: 'no longer than it is valid',
  },
  {
    mechanism: 'access: what a withdrawn key verified is verified again',
    file: VERIFIER,
    from: 'return known.generation === this.keys.generation ? known : undefined;',
    to: 'return known;',
    spec: 'libs/auth/src/issuer-keys.unit.spec.ts',
    test: 'withdrawn',
  },
  {
    mechanism: 'access: checked before the body is read',
    file: HOOK,
    from: "fastify.addHook('onRequest'",
    to: "fastify.addHook('preHandler'",
    spec: ACCESS_SPEC,
    test: 'before the body',
  },
  {
    mechanism: 'access: the scope of the route is required',
    file: HOOK,
    from: '    requireScope(caller, scope);\n',
    to: '',
    spec: ACCESS_SPEC,
    test: 'nobody without',
  },
  {
    mechanism: 'access: a route that says nothing cannot be registered',
    file: HOOK,
    from: 'if (access || needing.length === 0) return;',
    to: 'return;',
    spec: 'libs/http/src/route-access.unit.spec.ts',
  },
  {
    mechanism: 'access: commands over Kafka need a token',
    file: 'apps/command-api/src/kafka/command-authentication.ts',
    from: 'if (!this.verifier) return undefined;',
    to: 'return undefined;',
    spec: 'apps/command-api/src/users/user-commands/user-commands.access.unit.spec.ts',
    test: 'without a good token',
  },
  {
    mechanism: 'access: a dead letter has no token',
    file: 'libs/kafka/src/dead-letter/dead-letter.ts',
    from: 'if (CREDENTIALS.test(name)) all.delete(name);',
    to: 'void name;',
    spec: 'libs/kafka/src/dead-letter/dead-letter.unit.spec.ts',
    test: 'leaves out the token',
  },
  {
    mechanism: 'access: an idempotency key is that of its subject',
    file: 'apps/command-api/src/http-commands/command-headers.ts',
    from: 'key: requestKey(header, request.caller?.subject)',
    to: 'key: requestKey(header)',
    spec: 'apps/command-api/src/http-commands/command-headers.unit.spec.ts',
    test: 'own one of who is authenticated',
  },
  {
    mechanism: 'access: a login at the console ends with its token',
    file: 'apps/console/src/login/sessions.ts',
    from: 'Math.min(expiresAt, Date.now() + LONGEST_MS)',
    to: 'Date.now() + LONGEST_MS',
    spec: LOGIN_SPEC,
    test: 'ends',
  },
  {
    mechanism: 'access: a login at the console leads nowhere else',
    file: 'apps/console/src/login/login.ts',
    from: 'return url?.origin === origin ?',
    to: 'return url ?',
    spec: LOGIN_SPEC,
    test: 'leads nowhere else',
  },
  {
    mechanism: 'the actor: kept by an event that the store takes back',
    file: 'libs/history/src/adopt-events.ts',
    from: 'events.map((event) => event.actor ?? null),',
    to: 'events.map(() => null),',
    spec: 'libs/history/src/actor.int.spec.ts',
    test: 'takes back',
  },
];
