import { createSecretKey } from 'node:crypto';
import { SIGNATURE_HEADER, toCloudEvent, verifyRecord, type SigningKey } from '@eventfleet/contracts';
import { EventStore, TAIL_START } from '@eventfleet/event-store';
import { createPublisher, partitionOf, type KafkaRecord } from '@eventfleet/kafka';
import { PARTITIONS, startRelayFixture, type RelayFixture } from './relay.fixture.js';

const keyOf = (kid: string, byte: number): SigningKey => ({
  kid,
  secret: createSecretKey(Buffer.alloc(32, byte)),
});
const [old, fresh] = [keyOf('old', 1), keyOf('new', 2)];

let fixture: RelayFixture;
beforeEach(async () => {
  fixture = await startRelayFixture();
});
afterEach(() => fixture.close());

/** Publishes ten events more, by a relay with these keys. */
async function publishTen(signingKeys: readonly SigningKey[] | undefined): Promise<void> {
  await fixture.store(10);
  const relay = fixture.startRelay(signingKeys);
  await fixture.drained();
  await relay.stop();
}

const signersOf = (records: readonly KafkaRecord[]) =>
  records.map(({ headers }) => String(headers?.[SIGNATURE_HEADER]).split('.')[0]).toSorted();

const countVerified = (records: readonly KafkaRecord[], keys: readonly SigningKey[]) =>
  records.filter((record) => verifyRecord(record, keys)).length;

/** Writes to the topic what anybody could: every event of the store, as its record without a signature. */
async function forgeAll(): Promise<void> {
  const stored = await new EventStore(fixture.pool).readTail(TAIL_START, 1_000);
  const publisher = createPublisher(fixture.kafka);
  await publisher.publish(
    fixture.topic,
    stored.map(({ event }) => ({
      partition: partitionOf(event.aggregateId, PARTITIONS),
      ...toCloudEvent(event),
    })),
  );
  await publisher.disconnect();
}

describe('the records of a relay with keys', () => {
  it('can be verified throughout a rotation, by whoever has the key of their time', async () => {
    await publishTen([old]);
    // Verifiers know the new key before anything is signed with it.
    await publishTen([old, fresh]);
    await publishTen([fresh, old]);
    await publishTen([fresh]);
    const records = await fixture.records();

    expect(records).toHaveLength(40);
    expect(signersOf(records)).toEqual([...Array(20).fill('new'), ...Array(20).fill('old')]);
    expect(countVerified(records, [old])).toBe(20);
    expect(countVerified(records, [old, fresh])).toBe(40);
    expect(countVerified(records, [fresh, old])).toBe(40);
    expect(countVerified(records, [fresh])).toBe(20);
    const tampered = records.map((record) => ({ ...record, ...fieldsOf(record), value: Buffer.from('{}') }));
    expect(countVerified(tampered, [fresh, old])).toBe(0);
  });

  it('have no signature without keys', async () => {
    await publishTen(undefined);

    const records = await fixture.records();
    expect(records).toHaveLength(10);
    for (const { headers } of records) expect(headers).not.toHaveProperty(SIGNATURE_HEADER);
  });

  it('are published though somebody else has written their events without a signature', async () => {
    await publishTen([old]);
    const ids = await fixture.store(10);
    await forgeAll();
    fixture.startRelay([fresh, old]);
    await fixture.drained();

    const signed = (await fixture.records()).filter((record) => verifyRecord(record, [fresh, old]));
    const own = signed.filter(({ key }) => ids.includes(String(key)));
    expect(signersOf(own)).toEqual(Array(10).fill('new'));
  });
});

/** A fetched record has accessors, which a spread leaves out. */
function fieldsOf({ key, value, headers }: KafkaRecord) {
  return { key, value, headers };
}
