import { AuthError, type Caller, type TokenVerifier } from '@eventfleet/auth';
import type { ClientSettings } from '@eventfleet/config';
import * as oidc from 'openid-client';
import { consoleError } from '../console.problems.js';

const SCOPES = 'fleet:read fleet:operate';
const TIMEOUT_S = 5;

/** What the console must remember of a login that is under way. */
export interface PendingLogin {
  readonly state: string;
  readonly codeVerifier: string;
}

/** The authorization code flow with PKCE (RFC 7636), as openid-client does it. */
export class CodeFlow {
  private discovering: Promise<oidc.Configuration> | undefined;

  constructor(
    private readonly client: ClientSettings,
    private readonly verifier: TokenVerifier,
  ) {}

  /** Where the operator logs in. @throws AuthError `issuer-unavailable` */
  async begin(redirectUri: string): Promise<{ readonly url: string; readonly pending: PendingLogin }> {
    const pending = { state: oidc.randomState(), codeVerifier: oidc.randomPKCECodeVerifier() };
    const configuration = await this.discover();
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: SCOPES,
      state: pending.state,
      code_challenge: await oidc.calculatePKCECodeChallenge(pending.codeVerifier),
      code_challenge_method: 'S256',
      ...this.audience(),
    });
    return { url: url.href, pending };
  }

  /**
   * Who has logged in, by the access token that the issuer gives for the code.
   * @param answered the address to which the issuer has sent the operator back, whole
   * @throws ProblemError `login-refused`, `token-refused`; AuthError `issuer-unavailable`
   */
  async finish(answered: URL, { state, codeVerifier }: PendingLogin): Promise<Caller> {
    const configuration = await this.discover();
    const checks = { expectedState: state, pkceCodeVerifier: codeVerifier };
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, answered, checks, this.audience());
      return await this.verifier.verify(tokens.access_token);
    } catch (error) {
      if (error instanceof AuthError && error.code === 'issuer-unavailable') throw error;
      throw error instanceof AuthError
        ? consoleError('token-refused', error.message, error)
        : consoleError('login-refused', '', error);
    }
  }

  /** Issuers name the audience in one of two ways, and pass over a parameter that they do not know. */
  private audience(): Record<string, string> {
    const { audience } = this.client;
    return { audience, ...(URL.canParse(audience) ? { resource: audience } : {}) };
  }

  private discover(): Promise<oidc.Configuration> {
    this.discovering ??= this.askIssuer().catch((cause: unknown) => {
      this.discovering = undefined;
      throw new AuthError('issuer-unavailable', 'The issuer of tokens cannot be reached', { cause });
    });
    return this.discovering;
  }

  private askIssuer(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.client;
    const url = new URL(issuer);
    return oidc.discovery(url, clientId, undefined, oidc.ClientSecretBasic(clientSecret), {
      timeout: TIMEOUT_S,
      // The settings allow clear text to an issuer on this machine alone.
      execute: url.protocol === 'http:' ? [oidc.allowInsecureRequests] : [],
    });
  }
}
