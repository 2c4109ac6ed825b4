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

describe('who may write to a topic', () => {
  it('is everybody where the cluster has no authoriser', async () => {
    const { kafka, topic } = await startTestKafka('acl');

    expect(await readWriteAcl(kafka, topic)).toBeUndefined();
  });

  describe('of a cluster with an authoriser', () => {
    let folder: string;
    let server: KafkaServer;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'kafka-'));
      server = await startKafka({
        dataDir: join(folder, 'data'),
        port: await freePort(),
        cacheDir,
        logFile: join(folder, 'log'),
        settings: {
          'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
          // Whoever is not logged in: this test.
          'super.users': 'User:ANONYMOUS',
        },
      });
    });
    afterAll(async () => {
      await server?.stop();
      await rm(folder, { recursive: true });
    });

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
