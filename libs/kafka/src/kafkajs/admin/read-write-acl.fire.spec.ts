import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, startKafka, type KafkaServer } from '@eventfleet/embedded';
import { eventually } from '@eventfleet/testing';
import { silent, startTestKafka } from '../../kafka.fixture.js';
import { createWriteRule } from '../admin.fixture.js';
import { createKafka } from '../create-kafka.js';
import { readWriteAcl } from './read-write-acl.js';

const cacheDir = fileURLToPath(new URL('../../../../../.eventfleet/cache', import.meta.url));

const AUTHORISER = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  // Whoever is not logged in: this test.
  'super.users': 'User:ANONYMOUS',
};

describe('who may write to a topic', () => {
  let folder: string;
  let server: KafkaServer;
  async function start(settings: Readonly<Record<string, string>>): Promise<void> {
    folder = await mkdtemp(join(tmpdir(), 'kafka-'));
    const [dataDir, logFile] = [join(folder, 'data'), join(folder, 'log')];
    server = await startKafka({ dataDir, port: await freePort(), cacheDir, logFile, settings });
  }
  async function stop(): Promise<void> {
    await server?.stop();
    await rm(folder, { recursive: true });
  }

  describe('of a cluster without an authoriser', () => {
    beforeAll(() => start({}));
    afterAll(stop);

    it('is everybody', async () => {
      const { settings } = await startTestKafka('acl');
      const kafka = createKafka({ ...settings, brokers: [server.brokers] }, 'test', silent);

      expect(await readWriteAcl(kafka, 'user-events')).toBeUndefined();
    });
  });

  describe('of a cluster with an authoriser', () => {
    beforeAll(() => start(AUTHORISER));
    afterAll(stop);

    it('is in the rules for the topic, for a prefix of it and for every topic', async () => {
      const { settings } = await startTestKafka('acl');
      const kafka = createKafka({ ...settings, brokers: [server.brokers] }, 'test', silent);
      expect(await readWriteAcl(kafka, 'user-events')).toEqual([]);

      const rule = { operation: 'WRITE', allows: true } as const;
      await createWriteRule(kafka, { ...rule, topic: 'user-events', principal: 'User:relay' });
      await createWriteRule(kafka, { ...rule, topic: 'user-', isPrefix: true, principal: 'User:prefix' });
      await createWriteRule(kafka, { ...rule, topic: '*', operation: 'ALL', principal: 'User:all' });
      await createWriteRule(kafka, {
        ...rule,
        topic: 'user-events',
        allows: false,
        principal: 'User:denied',
      });
      await createWriteRule(kafka, {
        ...rule,
        topic: 'user-events',
        operation: 'READ',
        principal: 'User:reader',
      });
      await createWriteRule(kafka, { ...rule, topic: 'user-commands', principal: 'User:elsewhere' });

      const expected = [
        { principal: 'User:all', host: '*', allows: true },
        { principal: 'User:denied', host: '*', allows: false },
        { principal: 'User:prefix', host: '*', allows: true },
        { principal: 'User:relay', host: '*', allows: true },
      ];
      // The broker hears of a rule later than the controller that takes it.
      await eventually(async () => (await readWriteAcl(kafka, 'user-events'))?.length === expected.length);
      const found = (await readWriteAcl(kafka, 'user-events')) ?? [];
      expect(found.toSorted((a, b) => a.principal.localeCompare(b.principal))).toEqual(expected);
    });
  });
});
