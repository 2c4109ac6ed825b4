import type { CommandRequest } from '@eventfleet/event-store';

/** What a command carries besides its content: where it comes from, and what its caller expects. Edges make it. */
export type CommandContext = Pick<CommandRequest<never>, 'metadata' | 'expectedVersions' | 'idempotency'>;
