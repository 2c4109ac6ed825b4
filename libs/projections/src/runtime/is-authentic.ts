import { verifyRecord, type SigningKey } from '@eventfleet/contracts';
import type { KafkaRecord } from '@eventfleet/kafka';

/** Whether the fleet itself wrote a record. One that is not authentic is set aside as `foreign-event`. */
export type IsAuthentic = (record: KafkaRecord) => boolean;

/** Without keys every record is authentic, and none is looked at. With keys it is one that any of them has signed. */
export function authenticity(signingKeys: readonly SigningKey[]): IsAuthentic {
  return signingKeys.length === 0 ? () => true : (record) => verifyRecord(record, signingKeys);
}
