import { Global, Module } from '@nestjs/common';
import { ConsistentReader } from './consistent-reader.js';

/** Read-your-writes for the queries of every aggregate. */
@Global()
@Module({ providers: [ConsistentReader], exports: [ConsistentReader] })
export class ConsistencyModule {}
