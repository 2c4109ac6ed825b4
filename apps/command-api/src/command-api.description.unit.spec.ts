import { createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describeApi, openApiDocument } from '@eventfleet/http';
import type { Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { pino } from 'pino';
import { parse } from 'yaml';
import { aggregates } from './aggregates.js';
import { commandApi } from './command-api.description.js';
import { commandApiConfig } from './command-api.fixture.js';
import { CommandApiModule } from './command-api.module.js';

const ROOT = new URL('../../../', import.meta.url);

const api = commandApi(aggregates);
const document = JSON.parse(JSON.stringify(describeApi(api))) as ReturnType<typeof describeApi>;

async function registeredControllers(): Promise<Type[]> {
  const onboarding = { isOn: false, timeoutMs: 1_000, verificationSecret: 'a-secret-of-this-test' };
  const personalDataKeys = [{ kid: 'a', secret: createSecretKey(Buffer.alloc(32)) }];
  const config = { ...commandApiConfig, onboarding, personalDataKeys };
  const context = { config, logger: pino({ level: 'silent' }), aggregates, problems: api.problems };
  const module = await Test.createTestingModule({ imports: [CommandApiModule.forRoot(context)] }).compile();
  const controllers = [...module.get(ModulesContainer).values()].flatMap((each) => [
    ...each.controllers.values(),
  ]);
  await module.close();
  return controllers.map(({ metatype }) => metatype as Type);
}

describe('the description of the command API', () => {
  it('has exactly the routes that are registered', async () => {
    const registered = openApiDocument({ ...api, controllers: await registeredControllers() });
    expect(Object.keys(registered.paths).toSorted()).toEqual(Object.keys(document.paths).toSorted());
    expect(registered.paths).toEqual(document.paths);
  });

  it('is what docs/openapi has: `npm run describe` writes it', () => {
    expect(parse(readFileSync(new URL('docs/openapi/command-api.yaml', ROOT), 'utf8'))).toEqual(document);
  });

  it('describes every refusal but that of commands over Kafka alone', () => {
    const described = JSON.stringify(document);
    const missing = Object.keys(api.problems).filter((code) => !described.includes(`"${code}"`));
    expect(missing).toEqual(['user-not-pending']);
  });
});
