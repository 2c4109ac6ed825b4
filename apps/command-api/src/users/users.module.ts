import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CreateUserController } from './create-user/create-user.controller.js';
import { CreateUserHandler } from './create-user/create-user.handler.js';
import { DeleteUserController } from './delete-user/delete-user.controller.js';
import { DeleteUserHandler } from './delete-user/delete-user.handler.js';
import { UpdateUserController } from './update-user/update-user.controller.js';
import { UpdateUserHandler } from './update-user/update-user.handler.js';

/** The use cases of users. */
@Module({
  imports: [CqrsModule.forRoot()],
  controllers: [CreateUserController, UpdateUserController, DeleteUserController],
  providers: [CreateUserHandler, UpdateUserHandler, DeleteUserHandler],
})
export class UsersModule {}
