import {
  AUTHORIZATION_HEADER,
  readBearer,
  requireScope,
  toBearer,
  type TokenVerifier,
} from '@eventfleet/auth';
import { headerText } from '@eventfleet/contracts';
import type { KafkaRecord } from '@eventfleet/kafka';
import { Inject, Injectable } from '@nestjs/common';
import { TOKEN_VERIFIER } from '../app-context.module.js';

/** Who may send commands over Kafka: whoever has a token with this scope. */
const COMMAND_SCOPE = 'users:write';

/** Tells who has sent a command over Kafka, by the token in its header `authorization`. */
@Injectable()
export class CommandAuthentication {
  constructor(@Inject(TOKEN_VERIFIER) private readonly verifier: TokenVerifier | null) {}

  /**
   * A token has to be valid when the command came to the broker, if the broker has stamped that: a command may wait for
   * longer than its token lives, and comes again after a crash. A time that the sender could choose does not count: the
   * token has to be valid now then.
   * @returns undefined if nobody has to say who asks
   * @throws AuthError `unauthenticated`, `insufficient-scope`, or for now `issuer-unavailable`
   */
  async subjectOf({ headers, appendedAt }: KafkaRecord): Promise<string | undefined> {
    if (!this.verifier) return undefined;
    const token = readBearer(withScheme(headerText(headers?.[AUTHORIZATION_HEADER])));
    const at = appendedAt === undefined ? new Date() : new Date(Math.min(appendedAt, Date.now()));
    const caller = await this.verifier.verify(token, at);
    requireScope(caller, COMMAND_SCOPE);
    return caller.subject;
  }
}

/** In a header of a record the scheme may be left out. */
function withScheme(header: string | undefined): string | undefined {
  return header === undefined || header.includes(' ') ? header : toBearer(header);
}
