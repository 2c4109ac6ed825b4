import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A live user, as the list and the read by id show it. */
@Entity('user_list')
export class UserListRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  name!: string;

  @Column('text')
  email!: string;

  @Column('text', { name: 'email_key' })
  emailKey!: string;

  @Column('text', { name: 'name_key' })
  nameKey!: string;

  @Column('text')
  status!: string;

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
