import {
  ContractError,
  fromCloudEvent,
  verifyRecord,
  type CommandCatalog,
  type SigningKey,
} from '@eventfleet/contracts';
import type { EventReference } from '@eventfleet/event-store';
import type { KafkaRecord } from '@eventfleet/kafka';

/** Which row of a relay's table a record was made from; undefined if it can be none. */
export type ReadReference = (record: KafkaRecord) => EventReference | undefined;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ATTRIBUTES = ['ce_id', 'ce_type', 'ce_subject', 'ce_aggregateversion'] as const;
const VERSION = /^[1-9]\d{0,8}$/;
const NAME = /^[a-z][a-z0-9-]{0,99}$/;

export function referenceOfEvent(record: KafkaRecord): EventReference | undefined {
  try {
    return ifValidIds(fromCloudEvent(record));
  } catch (error) {
    if (error instanceof ContractError) return undefined;
    throw error;
  }
}

/** Where there are keys, a record that none of them has signed is foreign: it says nothing about what is published. */
export function ifSigned(read: ReadReference, signingKeys: readonly SigningKey[]): ReadReference {
  if (signingKeys.length === 0) return read;
  return (record) => (verifyRecord(record, signingKeys) ? read(record) : undefined);
}

/** Commands of these catalogs, as `toCloudEvent` writes them. Those of other senders need not have a version. */
export function referenceOfCommand(catalogs: readonly CommandCatalog[]): ReadReference {
  return ({ headers = {} }) => {
    const [eventId = '', type = '', aggregateId = '', version = ''] = ATTRIBUTES.map((name) =>
      String(headers[name] ?? ''),
    );
    const catalog = catalogs.find((each) => knows(each, type));
    if (!catalog || !VERSION.test(version)) return undefined;
    return ifValidIds({
      eventId,
      aggregateType: catalog.aggregateType,
      aggregateId,
      version: Number(version),
    });
  };
}

function knows(catalog: CommandCatalog, type: string): boolean {
  try {
    return catalog.schemaVersionOf(type) > 0;
  } catch (error) {
    if (error instanceof ContractError) return false;
    throw error;
  }
}

/**
 * The store would refuse the whole query for one id that is none. The texts are copied: as a part of a record's headers
 * each would keep all of them in memory.
 */
function ifValidIds({ eventId, aggregateType, aggregateId, version }: EventReference) {
  if (!UUID.test(eventId) || !UUID.test(aggregateId) || !NAME.test(aggregateType)) return undefined;
  return {
    eventId: copy(eventId),
    aggregateType: copy(aggregateType),
    aggregateId: copy(aggregateId),
    version,
  };
}

function copy(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
