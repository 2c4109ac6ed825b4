import { Body, Controller, Param, Post, Put } from '@nestjs/common';
import { type CreateUserDto, type UpdateUserDto, UsersService } from './users.service.js';

@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Post()
  create(@Body() user: CreateUserDto) {
    return this.users.create(user);
  }

  @Put(':id')
  update(@Param('id') id: string, @Body() changes: UpdateUserDto) {
    return this.users.update(id, changes);
  }
}
