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
import { readStoredAnswer, storeAnswer } from '../../command-execution/stored-answer.js';

/** What a reply takes over from the first time that its command was handled. */
interface Origin {
  readonly correlation: Correlation;
  readonly time: string;
}

/** A command that came over Kafka: its context is in the message, its result becomes the reply. */
export class IncomingUserCommand {
  readonly context: CommandContext;
  readonly correlation: Correlation;
  private readonly origin: Origin;
  private readonly fingerprint: string;

  /**
   * @param time of the reply, if this is the first time that the command is handled; RFC 3339
   * @param actor who has sent it; absent if nobody has to say
   */
  constructor(
    private readonly command: ReceivedUserCommand,
    time: string,
    makeFingerprint: MakeFingerprint = plainFingerprint,
    actor?: string,
  ) {
    const { commandId, source, expectedVersion } = command;
    const fingerprint = makeFingerprint(contentOf(command));
    this.fingerprint = fingerprint.fingerprint;
    this.correlation = adoptCorrelation(command);
    this.origin = { correlation: this.correlation, time };
    this.context = {
      metadata: { ...this.correlation, causationId: commandId, ...(actor !== undefined && { actor }) },
      ...(expectedVersion === undefined ? {} : { expectedVersions: [expectedVersion] }),
      idempotency: {
        scope: commandScope(userCommands).scope,
        key: commandKey(commandId, source),
        formerKey: commandId,
        ...fingerprint,
        render: (decision) => storeAnswer({ decision, ...this.origin }),
      },
    };
  }

  /** The same message for every repeat of the command: from what was stored with the effect. */
  replyTo(result: CommandResult): CloudEventMessage {
    if (result.kind !== 'replayed') return this.render(result, this.origin);
    const stored = readStoredAnswer(result.answer);
    if (!stored) return JSON.parse(result.answer) as CloudEventMessage;
    return this.render(stored.decision, { ...this.origin, ...stored });
  }

  /** A refusal that is not stored: it must not pass for the reply to a command of the same id that took effect. */
  rejection(error: { readonly code: string; readonly message: string }): CloudEventMessage {
    return toUserCommandReply(this.rejected(error), {
      ...this.attributes(this.origin),
      discriminator: this.fingerprint,
    });
  }

  private render(decision: Decision, origin: Origin): CloudEventMessage {
    return toUserCommandReply(
      decision.kind === 'refused'
        ? this.rejected(decision.error)
        : { type: 'command.accepted', data: { ...this.subject(), version: decision.version } },
      this.attributes(origin),
    );
  }

  private rejected({ code, message }: { readonly code: string; readonly message: string }): UserCommandReply {
    return { type: 'command.rejected', data: { ...this.subject(), code, detail: message } };
  }

  private subject() {
    const { commandId, source, type, userId: id } = this.command;
    return { commandId, ...(source !== undefined && { commandSource: source }), type, id };
  }

  private attributes({ correlation, time }: Origin) {
    return { ...correlation, time };
  }
}

/** Two commands are the same when type, user, data and expected version are. */
function contentOf({ type, userId, data, expectedVersion }: ReceivedUserCommand): string {
  return canonicalJson([type, userId, data, expectedVersion ?? null]);
}
