import { Module } from '@nestjs/common';
import { PublicationModule } from '../publication/publication.module.js';
import { ExecutorResources } from './aggregate-command-executor.js';
import { IdempotencyPurge } from './idempotency-purge.js';
import { SnapshotBuilding } from './snapshot-building.js';

/** What the module of an aggregate imports to run its commands. */
@Module({
  imports: [PublicationModule],
  providers: [ExecutorResources, IdempotencyPurge, SnapshotBuilding],
  exports: [ExecutorResources],
})
export class CommandExecutionModule {}
