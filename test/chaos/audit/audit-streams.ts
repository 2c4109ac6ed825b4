import type { Evidence } from './evidence.ts';
import type { Violation, ViolationKind } from './violation.ts';

/** Every reader of the stream got every stored event once, in the order of the tail. */
export function auditStreams({ stored, streams }: Pick<Evidence, 'stored' | 'streams'>): Violation[] {
  const places = new Map(stored.map(({ eventId }, place) => [eventId, place]));
  return streams.flatMap((events, reader) =>
    auditReader(places, events, `reader ${reader + 1} of the stream`),
  );
}

function auditReader(
  places: ReadonlyMap<string, number>,
  events: readonly string[],
  reader: string,
): Violation[] {
  const found = new Map<ViolationKind, string>();
  const note = (kind: ViolationKind, detail: string) =>
    found.has(kind) || found.set(kind, `${reader}: ${detail}`);
  const got = new Set<string>();
  let last = -1;
  for (const eventId of events) {
    const place = places.get(eventId);
    if (place === undefined) note('streamed-not-stored', `event ${eventId}`);
    else if (got.has(eventId)) note('streamed-twice', `event ${eventId}`);
    else if (place < last) note('streamed-out-of-order', `event ${eventId}`);
    got.add(eventId);
    last = Math.max(last, place ?? -1);
  }
  const missing = [...places.keys()].find((eventId) => !got.has(eventId));
  if (missing !== undefined) note('not-streamed', `event ${missing}`);
  return [...found].map(([kind, detail]) => ({ kind, detail }));
}
