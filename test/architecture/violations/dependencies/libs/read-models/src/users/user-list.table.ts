import { Entity } from 'typeorm';

@Entity('user_list')
export class UserListRow {}
