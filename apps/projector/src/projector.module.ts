import { OperationsModule, type ReadinessCheck } from '@eventfleet/http';
import { hasMigration } from '@eventfleet/postgres';
import { ProjectionRuntime } from '@eventfleet/projections';
import { READ_STORE_SCHEMA } from '@eventfleet/read-models';
import { Module, type DynamicModule } from '@nestjs/common';
import { projectionConsumer } from './projection.consumer.js';
import { projections } from './projections.js';
import { ReadSide } from './read-side.js';

@Module({})
export class ProjectorModule {
  static forRoot(readSide: ReadSide): DynamicModule {
    return {
      module: ProjectorModule,
      imports: [OperationsModule.forRoot({ useFactory: () => readinessChecks(readSide) })],
      controllers: projections.map(projectionConsumer),
      providers: [
        { provide: ReadSide, useValue: readSide },
        { provide: ProjectionRuntime, useValue: readSide.runtime },
      ],
    };
  }
}

function readinessChecks({ pool, strategy }: ReadSide): ReadinessCheck[] {
  return [
    {
      name: 'read-store',
      async check() {
        if (!(await hasMigration(pool, READ_STORE_SCHEMA))) throw new Error('waiting for migrations');
      },
    },
    {
      name: 'consumers',
      async check() {
        strategy.assertReady();
      },
    },
  ];
}
