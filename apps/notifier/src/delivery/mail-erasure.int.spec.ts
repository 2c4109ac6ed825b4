import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '@eventfleet/contracts';
import { erasureIdOf, EventStore, readErasure } from '@eventfleet/event-store';
import { openInbox, type InboxFixture } from './inbox.fixture.js';
import { MailErasure } from './mail-erasure.js';

let inbox: InboxFixture;
let folder: string;
let mailsDir: string;
let events: RecordedEvent[];

beforeAll(async () => {
  inbox = await openInbox();
});
afterAll(() => inbox.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eventfleet-mails-'));
  mailsDir = join(folder, 'mails');
  const id = randomUUID();
  events = await inbox.store(id, [
    { type: 'user.created', data: { id, name: 'Ann', email: 'ann@example.org' } },
    { type: 'user.deleted', data: { id } },
    { type: 'user.erased', data: { id } },
  ]);
});
afterEach(() => rm(folder, { recursive: true }));

const erasureId = () => erasureIdOf(events[0]!.aggregateType, events[0]!.aggregateId);

async function request(age: string): Promise<void> {
  const { aggregateType, aggregateId } = events[0]!;
  await inbox.pool.query(
    `insert into erasures (erasure_id, aggregate_type, aggregate_id, requested_at)
     values ($1, $2, $3, now() - $4::interval)`,
    [erasureId(), aggregateType, aggregateId, age],
  );
}

/** One of the user, one of another, and one of which a process that died had written a part. */
async function captureMails(): Promise<void> {
  await mkdir(mailsDir);
  await writeFile(join(mailsDir, `1-${events[0]!.eventId}-welcome.eml`), 'To: ann@example.org');
  await writeFile(join(mailsDir, `1-${randomUUID()}-welcome.eml`), 'To: bea@example.org');
  await writeFile(join(mailsDir, `.${randomUUID()}.part`), 'To: ann@example.org');
}

function erasure(hasMailServer: boolean): MailErasure {
  const eventStore = new EventStore(inbox.pool);
  return new MailErasure({ pool: inbox.pool, eventStore, mailsDir, hasMailServer });
}

const forgetMails = (hasMailServer: boolean) => erasure(hasMailServer).forgetMails(events[2]!);

describe('the mails of a user who is erased', () => {
  it.each([
    [false, 'deleted'],
    [true, 'out-of-reach'],
  ])('are removed if they were captured (a mail server by now: %s)', async (hasMailServer, outcome) => {
    await captureMails();
    await request('1 minute');

    expect(await forgetMails(hasMailServer)).toBe('done');

    expect(await readdir(mailsDir)).toEqual([expect.not.stringContaining(events[0]!.eventId)]);
    const receipt = await readErasure(inbox.pool, erasureId());
    expect(receipt?.places).toMatchObject([{ place: 'mails', outcome, count: 1 }]);
  });

  it('are removed if one is captured late', async () => {
    await captureMails();
    await erasure(false).forgetLateMails(events[0]!);
    expect(await readdir(mailsDir)).toHaveLength(3);
    await request('1 minute');
    await erasure(false).forgetLateMails(events[0]!);
    expect(await readdir(mailsDir)).toHaveLength(2);
  });

  it('are none without a folder', async () => {
    await request('1 minute');
    expect(await forgetMails(true)).toBe('done');
  });

  it('wait until no mail is under way, by the clock of the event store', async () => {
    await captureMails();
    events[2] = { ...events[2]!, occurredAt: '2020-01-01T00:00:00.000Z' };
    await request('1 second');
    expect(await forgetMails(false)).toBe('later');
    expect(await readdir(mailsDir)).toHaveLength(3);
  });

  it('stay if the event store knows of no erasure', async () => {
    await captureMails();
    await expect(forgetMails(false)).rejects.toMatchObject({ code: 'event-missing' });
    expect(await readdir(mailsDir)).toHaveLength(3);
  });
});
