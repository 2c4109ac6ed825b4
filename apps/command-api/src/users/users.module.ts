import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CreateUserController } from './create-user/create-user.controller.js';
import { CreateUserHandler } from './create-user/create-user.handler.js';
import { DeactivateUserHandler } from './deactivate-user/deactivate-user.handler.js';
import { DeleteUserController } from './delete-user/delete-user.controller.js';
import { DeleteUserHandler } from './delete-user/delete-user.handler.js';
import type { Onboarding } from './onboarding.js';
import { RemindUserHandler } from './remind-user/remind-user.handler.js';
import { UpdateUserController } from './update-user/update-user.controller.js';
import { UpdateUserHandler } from './update-user/update-user.handler.js';
import { UserCommandsConsumer } from './user-commands/user-commands.consumer.js';
import { VerifyEmailController } from './verify-email/verify-email.controller.js';
import { VerifyEmailHandler } from './verify-email/verify-email.handler.js';

/** The use cases of users. */
@Module({})
export class UsersModule {
  static forRoot(onboarding: Onboarding): DynamicModule {
    return {
      module: UsersModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        CreateUserController,
        UpdateUserController,
        DeleteUserController,
        ...(onboarding.canVerify ? [VerifyEmailController] : []),
        UserCommandsConsumer,
      ],
      providers: [
        CreateUserHandler,
        UpdateUserHandler,
        DeleteUserHandler,
        VerifyEmailHandler,
        RemindUserHandler,
        DeactivateUserHandler,
      ],
    };
  }
}
