import { userAggregate } from '@eventfleet/contracts';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EventStorePools } from '../../event-store/event-store-pools.js';
import { UserCommandExecutor } from '../user-command-executor.js';
import { UserNotEncrypted } from '../user.errors.js';
import { EraseUser } from './erase-user.command.js';

@CommandHandler(EraseUser)
export class EraseUserHandler implements ICommandHandler<EraseUser> {
  constructor(
    private readonly users: UserCommandExecutor,
    private readonly pools: EventStorePools,
  ) {}

  /** @throws UserNotEncrypted if events of before encryption are there: no key can be destroyed for them */
  async execute({ id, context }: EraseUser) {
    const stream = { aggregateType: userAggregate.name, aggregateId: id };
    if (await this.pools.personalData?.hasPlain(stream)) throw new UserNotEncrypted();
    const command = { type: 'erase-user', id } as const;
    return this.users.execute({ aggregateId: id, command, mayLackPersonalData: true, ...context });
  }
}
