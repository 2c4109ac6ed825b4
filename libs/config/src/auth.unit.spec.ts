import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import {
  authVariables,
  clientIsComplete,
  clientSettings,
  clientVariables,
  hostRules,
  isLoopbackAddress,
  oidcSettings,
} from './auth.js';
import { ConfigError, loadConfig } from './load-config.js';
import { httpVariables } from './variables.js';

const schema = z.object({ ...httpVariables, ...authVariables, ...clientVariables });

function load(env: Readonly<Record<string, string>>, rules = hostRules) {
  return loadConfig(schema, env, rules);
}

function problemsOf(env: Readonly<Record<string, string>>, rules = hostRules): readonly string[] {
  try {
    load(env, rules);
    return [];
  } catch (error) {
    return error instanceof ConfigError ? error.problems : [String(error)];
  }
}

const OIDC = { AUTH: 'oidc', OIDC_ISSUER: 'https://id.example.org', OIDC_AUDIENCE: 'fleet' };

describe('an address that other machines reach', () => {
  it.each([
    '0.0.0.0',
    '::',
    '10.0.0.5',
    '2001:db8::1',
    'fleet.example.org',
    '128.0.0.1',
    'localhost.example.org',
  ])('%s: needs AUTH to be set', (HOST) => {
    expect(problemsOf({ HOST })).toEqual([
      'HOST: is an address that other machines reach, so AUTH has to be set: to oidc, or to off if something else ' +
        'guards this app',
    ]);
    expect(problemsOf({ HOST, AUTH: 'off' })).toEqual([]);
    expect(problemsOf({ HOST, ...OIDC })).toEqual([]);
  });

  it.each([undefined, '127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1', 'localhost', 'app.localhost'])(
    '%s: is none',
    (HOST) => {
      expect(problemsOf(HOST === undefined ? {} : { HOST })).toEqual([]);
    },
  );

  it('is one only if it can be no other', () => {
    expect(isLoopbackAddress('127.0.0.1.example.org')).toBe(false);
    expect(isLoopbackAddress('')).toBe(false);
  });
});

describe('AUTH', () => {
  it('is oidc or off', () => {
    expect(problemsOf({ AUTH: 'none' })).toEqual(['AUTH: must be oidc or off']);
  });

  it('needs an issuer and an audience for oidc', () => {
    expect(problemsOf({ AUTH: 'oidc' })).toEqual([
      'OIDC_ISSUER: is needed if AUTH is oidc',
      'OIDC_AUDIENCE: is needed if AUTH is oidc',
    ]);
  });

  it.each(['http://id.example.org', 'ftp://id.example.org', 'id.example.org'])(
    'trusts no keys of %s',
    (url) => {
      expect(problemsOf({ ...OIDC, OIDC_ISSUER: url, OIDC_JWKS_URL: url })).toEqual([
        'OIDC_ISSUER: must be an https:// URL, or an http:// URL of this machine',
        'OIDC_JWKS_URL: must be an https:// URL, or an http:// URL of this machine',
      ]);
    },
  );

  it('takes no tokens if it is off, or not set', () => {
    const { AUTH: _, ...named } = OIDC;
    expect(oidcSettings(load({ ...named, AUTH: 'off' }))).toBeUndefined();
    expect(oidcSettings(load(named))).toBeUndefined();
    expect(oidcSettings(load({ ...OIDC, OIDC_ISSUER: 'http://127.0.0.1:9/a' }))).toEqual({
      issuer: 'http://127.0.0.1:9/a',
      audience: 'fleet',
    });
  });
});

describe('a client of its own', () => {
  const rules = [clientIsComplete];
  const missing = (name: string) => `${name}: is needed if AUTH is oidc`;
  const ID = { OIDC_CLIENT_ID: 'saga' };

  it('is needed whole, if tokens are', () => {
    expect(problemsOf({}, rules)).toEqual([]);
    expect(problemsOf(OIDC, rules)).toEqual([missing('OIDC_CLIENT_ID'), missing('OIDC_CLIENT_SECRET')]);
    expect(problemsOf({ ...OIDC, ...ID }, rules)).toEqual([missing('OIDC_CLIENT_SECRET')]);
    expect(problemsOf({ ...OIDC, ...ID, OIDC_CLIENT_SECRET: 's' }, rules)).toEqual([]);
  });

  it('may have its secret in a file, of which a problem is named once', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'secret-')), 'secret');
    writeFileSync(file, 'from a file\n');
    const env = load({ ...OIDC, ...ID, OIDC_CLIENT_SECRET_FILE: file }, rules);
    expect(clientSettings(env)).toMatchObject({ clientId: 'saga', clientSecret: 'from a file' });
    expect(problemsOf({ ...OIDC, ...ID, OIDC_CLIENT_SECRET_FILE: `${file}.none` }, rules)).toEqual([
      'OIDC_CLIENT_SECRET_FILE: must be a file that can be read',
    ]);
  });
});
