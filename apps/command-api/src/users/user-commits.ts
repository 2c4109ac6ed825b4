import { GroupCommit } from '@eventfleet/event-store';
import type { UserEvent } from '@eventfleet/contracts';
import type { UserCommand, UserState } from './user.decider.js';

/** Where the use cases of users send their commands. */
export class UserCommits extends GroupCommit<UserState, UserCommand, UserEvent> {}
