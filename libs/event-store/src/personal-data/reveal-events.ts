import { withoutPersonal, type RecordedEvent } from '@eventfleet/contracts';
import type { TailEvent } from '../sql/read-tail.js';
import type { PersonalData } from './personal-data.js';

/** Events of one stream in plain text. @throws as `PersonalData.reveal` does */
export async function revealAll(
  personalData: PersonalData | undefined,
  events: Promise<RecordedEvent[]>,
): Promise<RecordedEvent[]> {
  return personalData ? personalData.reveal(await events) : events;
}

/** Events of many streams in plain text. One whose key is lost cannot be parsed, the others can. */
export async function revealEach(
  personalData: PersonalData | undefined,
  events: RecordedEvent[] | Promise<RecordedEvent[]>,
): Promise<RecordedEvent[]> {
  const stored = await events;
  if (!personalData) return stored;
  const revealed = await personalData.revealEach(stored);
  return revealed.map((event, index) => (event instanceof Error ? withoutPersonal(stored[index]!) : event));
}

/** As `revealEach`. */
export async function revealTail<Tail extends readonly TailEvent[]>(
  personalData: PersonalData | undefined,
  tail: Tail | Promise<Tail>,
): Promise<Tail | TailEvent[]> {
  const stored = await tail;
  if (!personalData) return stored;
  const events = await revealEach(
    personalData,
    stored.map(({ event }) => event),
  );
  return stored.map((each, index) => ({ ...each, event: events[index]! }));
}
