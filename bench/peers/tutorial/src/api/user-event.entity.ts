import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { UserChanges, UserEventMessage } from '../user-changes.js';

@Entity('user_events')
@Unique(['aggregateId', 'version'])
export class UserEvent {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('uuid', { name: 'aggregate_id' })
  aggregateId!: string;

  @Column('integer')
  version!: number;

  @Column('text')
  type!: UserEventMessage['type'];

  @Column('jsonb')
  data!: UserChanges;

  @CreateDateColumn({ name: 'created_at' })
  createdAt!: Date;
}
