import {
  toUserCommandReply,
  userCommands,
  type CloudEventMessage,
  type ReceivedUserCommand,
  type UserCommandReply,
} from '@eventfleet/contracts';
import type { Decision, CommandResult } from '@eventfleet/event-store';
import { adoptCorrelation, type Correlation } from '@eventfleet/http';
import { canonicalJson } from '../../command-execution/canonical-json.js';
import type { CommandContext } from '../../command-execution/command-context.js';
import { plainFingerprint, type MakeFingerprint } from '../../command-execution/fingerprints.js';
import { commandKey, commandScope } from '../../command-execution/idempotency-scopes.js';

/** A command that came over Kafka: its context is in the message, its result becomes the reply. */
export class IncomingUserCommand {
  readonly context: CommandContext;
  readonly correlation: Correlation;
  private readonly fingerprint: string;

  /** @param time of the reply, if this is the first time that the command is handled; RFC 3339 */
  constructor(
    private readonly command: ReceivedUserCommand,
    private readonly time: string,
    makeFingerprint: MakeFingerprint = plainFingerprint,
  ) {
    const { commandId, source, expectedVersion } = command;
    const fingerprint = makeFingerprint(contentOf(command));
    this.fingerprint = fingerprint.fingerprint;
    this.correlation = adoptCorrelation(command);
    this.context = {
      metadata: { ...this.correlation, causationId: commandId },
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
      idempotency: {
        scope: commandScope(userCommands).scope,
        key: commandKey(commandId, source),
        formerKey: commandId,
        ...fingerprint,
        render: (decision) => JSON.stringify(this.render(decision)),
      },
    };
  }

  /** The same message for every repeat of the command: as it was stored with the effect. */
  replyTo(result: CommandResult): CloudEventMessage {
    return result.kind === 'replayed'
      ? (JSON.parse(result.answer) as CloudEventMessage)
      : this.render(result);
  }

  /** A refusal that is not stored: its source has used the id for another command. It must not pass for that one's reply. */
  rejection(error: { readonly code: string; readonly message: string }): CloudEventMessage {
    return this.message(this.rejected(error), this.fingerprint);
  }

  private render(decision: Decision): CloudEventMessage {
    if (decision.kind === 'refused') return this.message(this.rejected(decision.error));
    return this.message({
      type: 'command.accepted',
      data: { ...this.subject(), version: decision.version },
    });
  }

  private rejected({ code, message }: { readonly code: string; readonly message: string }): UserCommandReply {
    return { type: 'command.rejected', data: { ...this.subject(), code, detail: message } };
  }

  private subject() {
    const { commandId, source, type, userId: id } = this.command;
    return { commandId, ...(source !== undefined && { commandSource: source }), type, id };
  }

  private message(reply: UserCommandReply, discriminator?: string): CloudEventMessage {
    const distinct = discriminator === undefined ? {} : { discriminator };
    return toUserCommandReply(reply, { ...this.correlation, time: this.time, ...distinct });
  }
}

/** Two commands are the same when type, user, data and expected version are. */
function contentOf({ type, userId, data, expectedVersion }: ReceivedUserCommand): string {
  return canonicalJson([type, userId, data, expectedVersion ?? null]);
}
