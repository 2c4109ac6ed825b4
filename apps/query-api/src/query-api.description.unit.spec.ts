import { readFileSync } from 'node:fs';
import { describeApi, openApiDocument } from '@eventfleet/http';
import type { Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { parse } from 'yaml';
import { aggregates } from './aggregates.js';
import { queryApi } from './query-api.description.js';
import { QueryApiModule } from './query-api.module.js';

const ROOT = new URL('../../../', import.meta.url);

const api = queryApi(aggregates);
const document = JSON.parse(JSON.stringify(describeApi(api))) as ReturnType<typeof describeApi>;

const config = {
  host: '127.0.0.1',
  port: 0,
  logLevel: 'silent' as const,
  readStoreUrl: 'postgres://127.0.0.1:1/none',
  eventStoreUrl: 'postgres://127.0.0.1:1/none',
  limits: { requestsPerSecond: 0 },
  personalDataKeys: [],
  readCacheTtlSeconds: 0,
  failpoint: undefined,
  tracing: undefined,
};

async function registeredControllers(): Promise<Type[]> {
  const module = await Test.createTestingModule({
    imports: [QueryApiModule.forRoot(config, aggregates)],
  }).compile();
  const controllers = [...module.get(ModulesContainer).values()].flatMap((each) => [
    ...each.controllers.values(),
  ]);
  await module.close();
  return controllers.map(({ metatype }) => metatype as Type);
}

describe('the description of the query API', () => {
  it('has exactly the routes that are registered', async () => {
    const registered = openApiDocument({ ...api, controllers: await registeredControllers() });
    expect(Object.keys(registered.paths).toSorted()).toEqual(Object.keys(document.paths).toSorted());
    expect(registered.paths).toEqual(document.paths);
  });

  it('is what docs/openapi has: `npm run describe` writes it', () => {
    expect(parse(readFileSync(new URL('docs/openapi/query-api.yaml', ROOT), 'utf8'))).toEqual(document);
  });

  it('describes every refusal', () => {
    const described = JSON.stringify(document.components['responses']);
    expect(Object.keys(api.problems).filter((code) => !described.includes(`"${code}"`))).toEqual([]);
  });
});
