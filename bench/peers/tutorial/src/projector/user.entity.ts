import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('users')
export class User {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  name!: string;

  @Index()
  @Column('text')
  email!: string;

  @Column('integer')
  version!: number;
}
