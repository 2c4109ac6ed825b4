import type { OnboardingSettings } from '@eventfleet/config';
import { Module, type DynamicModule } from '@nestjs/common';
import { CommandExecutionModule } from '../command-execution/command-execution.module.js';
import { HttpCommandsModule } from '../http-commands/http-commands.module.js';
import { CreateUserController } from './create-user/create-user.controller.js';
import { CreateUserHandler } from './create-user/create-user.handler.js';
import { DeactivateUserHandler } from './deactivate-user/deactivate-user.handler.js';
import { DeleteUserController } from './delete-user/delete-user.controller.js';
import { DeleteUserHandler } from './delete-user/delete-user.handler.js';
import { EraseUserController } from './erase-user/erase-user.controller.js';
import { EraseUserHandler } from './erase-user/erase-user.handler.js';
import { Onboarding } from './onboarding.js';
import { RemindUserHandler } from './remind-user/remind-user.handler.js';
import { UpdateUserController } from './update-user/update-user.controller.js';
import { UpdateUserHandler } from './update-user/update-user.handler.js';
import { UserCommandExecutor } from './user-command-executor.js';
import { UserCommandsConsumer } from './user-commands/user-commands.consumer.js';
import { VerifyEmailController } from './verify-email/verify-email.controller.js';
import { VerifyEmailHandler } from './verify-email/verify-email.handler.js';

/** Every route of users. Verification is there if tokens can be read, erasure if personal data is encrypted. */
export const USER_ROUTES = [
  CreateUserController,
  UpdateUserController,
  DeleteUserController,
  EraseUserController,
  VerifyEmailController,
];

/** The use cases of users, and the executor that runs them. */
@Module({})
export class UsersModule {
  /** @param isEncrypted whether users can be erased */
  static forRoot(settings: OnboardingSettings, isEncrypted = false): DynamicModule {
    const onboarding = new Onboarding(settings);
    return {
      module: UsersModule,
      imports: [CommandExecutionModule, HttpCommandsModule],
      controllers: [
        ...USER_ROUTES.filter(
          (route) =>
            (route !== VerifyEmailController || onboarding.canVerify) &&
            (route !== EraseUserController || isEncrypted),
        ),
        UserCommandsConsumer,
      ],
      providers: [
        UserCommandExecutor,
        { provide: Onboarding, useValue: onboarding },
        CreateUserHandler,
        UpdateUserHandler,
        DeleteUserHandler,
        EraseUserHandler,
        VerifyEmailHandler,
        RemindUserHandler,
        DeactivateUserHandler,
      ],
    };
  }
}
