import { CommandExecutor } from '@eventfleet/event-store';
import type { UserEvent } from '@eventfleet/contracts';
import type { UserCommand, UserState } from './user.decider.js';

/** Where the use cases of users send their commands. */
export class UserCommandExecutor extends CommandExecutor<UserState, UserCommand, UserEvent> {}
