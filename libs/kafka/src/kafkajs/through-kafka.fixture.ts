import type { KafkaRecord } from '../kafka-record.js';
import type { OutgoingRecord } from '../publisher.js';
import { toRecord } from './fetched-record.js';
import { DecoderClass } from './kafkajs-internals.js';
import { decodeRecord } from './patches/decoded-record.js';
import { encodeRecord } from './patches/record-encoding.patch.js';

const BATCH = {
  magicByte: 2,
  firstOffset: '42',
  firstTimestamp: '1700000000000',
  maxTimestamp: '1700000000000',
  timestampType: 0,
  isControlBatch: false,
  inTransaction: false,
  producerId: '-1',
};

/** What a consumer gets of a record that was produced, at offset 42. */
export function throughKafka(record: Omit<OutgoingRecord, 'partition'>): KafkaRecord {
  const body = new DecoderClass(encodeRecord(record).buffer).readVarIntBytes();
  if (!body) throw new Error('no record');
  return toRecord(decodeRecord(new DecoderClass(body), BATCH));
}
