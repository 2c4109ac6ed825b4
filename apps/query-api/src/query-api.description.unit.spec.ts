import { readFileSync } from 'node:fs';
import { describeApi, openApiDocument } from '@eventfleet/http';
import type { Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { Validator } from '@seriousme/openapi-schema-validator';
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
  readCacheTtlSeconds: 0,
  failpoint: undefined,
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

  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone({ ...document }));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it('is what docs/openapi has: `npm run describe` writes it', () => {
    expect(parse(readFileSync(new URL('docs/openapi/query-api.yaml', ROOT), 'utf8'))).toEqual(document);
  });

  it('names each operation once', () => {
    const ids = Object.values(document.paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has the headers that clients rely on', () => {
    const text = JSON.stringify(document);
    const names = ['If-None-Match', 'Consistency-Token', 'Prefer', 'Last-Event-ID', 'X-Correlation-Id', 'traceparent', 'ETag', 'Preference-Applied', 'Cache-Control', 'Age', 'Cache-Status', 'Retry-After', 'Allow'];
    expect(names.filter((name) => !text.includes(`"${name}"`))).toEqual([]);
  });

  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
      version: string;
    };
    expect(document.info['version']).toBe(version);
  });

  it('describes every refusal', () => {
    const described = JSON.stringify(document.components['responses']);
    expect(Object.keys(api.problems).filter((code) => !described.includes(`"${code}"`))).toEqual([]);
  });
});
