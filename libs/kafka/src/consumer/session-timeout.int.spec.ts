import { eventually } from '@eventfleet/testing';
import { startTestKafka } from '../kafka.fixture.js';
import { startConsumer } from './batch-consumer.fixture.js';

describe('the session of a consumer', () => {
  it('is the one of its settings: one that brokers do not allow ends it, and says so', async () => {
    const test = await startTestKafka('session');
    const settings = { ...test.settings, sessionTimeoutMs: 1_000 };
    const { fatal, close } = await startConsumer({ ...test, settings });
    try {
      await eventually(() => fatal.length === 1);
      expect(String(fatal[0])).toContain('session timeout is not within the range');
    } finally {
      await close();
    }
  });
});
