import type { CommandRequest, CommandResult } from '@eventfleet/event-store';

/** What a command carries besides its content: where it comes from, and what its caller expects. Edges make it. */
export type CommandContext = Pick<CommandRequest<never>, 'metadata' | 'expectedVersion' | 'idempotency'>;

export type CommandOutcome = CommandResult;
