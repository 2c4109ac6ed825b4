import type { UserEvent, UserState } from '@eventfleet/contracts';
import { Injectable } from '@nestjs/common';
import {
  AggregateCommandExecutor,
  ExecutorResources,
} from '../command-execution/aggregate-command-executor.js';
import { userDecider, type UserCommand } from './user.decider.js';

/** Where the use cases of users send their commands. */
@Injectable()
export class UserCommandExecutor extends AggregateCommandExecutor<UserState, UserCommand, UserEvent> {
  constructor(resources: ExecutorResources) {
    super(userDecider, resources);
  }
}
