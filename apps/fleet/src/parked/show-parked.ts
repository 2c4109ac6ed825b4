import { readParkedEvents, type ParkedEvent, type ParkedFilter } from '@eventfleet/projections';
import type { FleetConfig } from '../fleet.config.js';
import { nothingParked } from './nothing-parked.js';
import { askParkedStores } from './parked-stores.js';

const SHOWN_BYTES = 2_000;

/** Prints the first events of a key in each projection. Their bytes may be personal data: it is for a terminal only. */
export async function showParked(
  config: FleetConfig,
  options: ParkedFilter & { readonly key: string; readonly json?: boolean; readonly limit: number },
): Promise<void> {
  const { json = false, limit, ...filter } = options;
  const events = (await askParkedStores(config, (pool) => readParkedEvents(pool, filter, limit))).flat();
  if (events.length === 0) throw nothingParked(filter);
  if (json) console.log(JSON.stringify(events.map(toJson), null, 2));
  else for (const event of events) print(event);
}

function toJson({ record, errorCode, errorMessage, ...state }: ParkedEvent) {
  const { projection, key, topic, partition, attempts, parkedAt, mark } = state;
  return {
    projection,
    key,
    topic,
    partition,
    offset: String(record.offset),
    errorCode,
    errorMessage,
    attempts,
    parkedAt,
    mark,
    headers: headersOf(record),
    recordKey: record.key?.toString('base64') ?? null,
    value: record.value?.toString('base64') ?? null,
  };
}

function print({ projection, topic, partition, record, ...state }: ParkedEvent): void {
  const { errorCode, errorMessage, attempts, parkedAt, mark } = state;
  console.log(`${projection}: offset ${record.offset} of ${topic}/${partition}`);
  console.log(`  parked since ${parkedAt.toISOString()}${mark === null ? '' : `, marked for ${mark}`}`);
  if (errorCode !== null) console.log(`  ${errorCode}: ${errorMessage} (${attempts} attempts)`);
  for (const [name, value] of Object.entries(headersOf(record)))
    console.log(`  ${shown(name)}: ${shown(value)}`);
  console.log(record.value === null ? '  no value' : `  ${shown(record.value.toString('utf8'))}`);
}

function headersOf({ headers }: ParkedEvent['record']): Record<string, string> {
  const entries = Object.entries(headers ?? {}).map(([name, value]) => [
    name,
    [value ?? ''].flat().join(', '),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** No character of a record may control the terminal. */
function shown(text: string): string {
  const cut = text.length > SHOWN_BYTES ? `${text.slice(0, SHOWN_BYTES)} … ${text.length} characters` : text;
  return cut.replaceAll(/\p{Cc}/gu, '\u{FFFD}');
}
