import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import type { Rule } from './rules.js';

/** Who may ask an app. See `oidcSettings`, and `hostRules`, which belong to them. */
export const authVariables = {
  AUTH: z.enum(['oidc', 'off'], 'must be oidc or off').optional(),
  OIDC_ISSUER: issuerUrl().optional(),
  OIDC_AUDIENCE: z.string().optional(),
  OIDC_JWKS_URL: issuerUrl().optional(),
};

/** For processes that ask for tokens of their own. See `clientSettings`, and `clientIsComplete`, which belongs to them. */
export const clientVariables = {
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_TOKEN_URL: issuerUrl().optional(),
};

/** Keys that come in clear text could be anybody's. */
function issuerUrl() {
  return z.string().refine(isSafeUrl, 'must be an https:// URL, or an http:// URL of this machine');
}

/** Whether what goes there cannot be read on the way. */
export function isSafeUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname));
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an address is one that only this machine can reach, or come from. */
export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** Whether a name, or an address as a URL has it, is this machine's own. */
export function isLoopbackHost(host: string): boolean {
  return /^(.+\.)?localhost\.?$/i.test(host) || isLoopbackAddress(host.replace(/^\[(.*)\]$/, '$1'));
}

const OIDC = ['OIDC_ISSUER', 'OIDC_AUDIENCE'];

/** For every schema that has `hostVariables`: whoever can be reached from elsewhere says whom it lets in. */
export const hostRules: readonly Rule[] = [
  ({ HOST: host, AUTH: auth }) =>
    host === undefined || auth !== undefined || isLoopbackHost(host)
      ? []
      : [
          'HOST: is an address that other machines reach, so AUTH has to be set: to oidc, or to off if something else ' +
            'guards this app',
        ],
  (present) =>
    present['AUTH'] === 'oidc'
      ? OIDC.filter((name) => !(name in present)).map((name) => `${name}: is needed if AUTH is oidc`)
      : [],
];

/** For schemas that have `clientVariables`, of apps that cannot do without a token of their own. */
export const clientIsComplete: Rule = (present) =>
  present['AUTH'] === 'oidc'
    ? ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET']
        .filter((name) => !(name in present) && !(`${name}_FILE` in present))
        .map((name) => `${name}: is needed if AUTH is oidc`)
    : [];

type Output<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

/** Whose tokens an app takes. */
export interface OidcSettings {
  /** As the tokens and the discovery document name it. */
  readonly issuer: string;
  /** The name of the fleet in the tokens that are meant for it. */
  readonly audience: string;
  /** Absent: as the discovery document says. */
  readonly jwksUrl?: string;
}

/** Undefined if `AUTH` is not `oidc`: everybody may do everything. */
export function oidcSettings(env: Output<typeof authVariables>): OidcSettings | undefined {
  const { AUTH: auth, OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_JWKS_URL: jwksUrl } = env;
  if (auth !== 'oidc' || issuer === undefined || audience === undefined) return undefined;
  return { issuer, audience, ...(jwksUrl === undefined ? {} : { jwksUrl }) };
}

/** How a process gets tokens of its own. */
export interface ClientSettings extends OidcSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Absent: as the discovery document says. */
  readonly tokenUrl?: string;
}

/** Undefined if `AUTH` is not `oidc`, or no client is named. */
export function clientSettings(
  env: Output<typeof authVariables & typeof clientVariables>,
): ClientSettings | undefined {
  const oidc = oidcSettings(env);
  const { OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env;
  if (!oidc || clientId === undefined || clientSecret === undefined) return undefined;
  const tokenUrl = env.OIDC_TOKEN_URL;
  return { ...oidc, clientId, clientSecret, ...(tokenUrl === undefined ? {} : { tokenUrl }) };
}
