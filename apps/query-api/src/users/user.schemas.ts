import { mapPersonal, userEvents } from '@eventfleet/contracts';
import type { Change, PastUserView, UserStatistics, UserView } from '@eventfleet/read-models/queries';
import { z } from 'zod';

/** What the answers about users are. The types are what the code makes: it does not compile if the two part. */

const version = z.int().min(1).meta({ description: '1 at the creation, one more with each event.' });
const time = z.iso.datetime().meta({ description: 'RFC 3339, UTC, milliseconds.' });

export const userView = z
  .object({
    id: z.guid(),
    name: z.string(),
    email: z.string(),
    status: z.enum(['active', 'pending', 'deactivated']),
    version,
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'User' }) satisfies z.ZodType<UserView>;

const erased = z.literal(true).meta({ description: 'Nobody can read the personal data any more.' });

const erasedUserView = userView
  .extend({ name: z.null(), email: z.null(), erased })
  .meta({ id: 'ErasedUser', description: 'The past of a user whose personal data is erased.' });

/** A user now, or as it was. */
export const pastUserView = z.union([userView, erasedUserView]) satisfies z.ZodType<PastUserView>;

export const userPage = z.object({
  items: z.array(userView).max(200),
  nextCursor: z.string().nullable().meta({ description: 'Null on the last page.' }),
});

export const userStatistics = z
  .object({
    total: z.int().min(0).meta({ description: 'Ever created: existing and deleted.' }),
    existing: z.int().min(0),
    deleted: z.int().min(0),
    createdPerDay: z
      .array(z.object({ day: z.iso.date(), count: z.int().min(1) }))
      .meta({ description: 'Days in UTC, ascending; days without a new user are left out.' }),
  })
  .meta({ id: 'UserStatistics' }) satisfies z.ZodType<UserStatistics>;

const change = z
  .object({
    path: z.string().meta({ description: 'JSON Pointer (RFC 6901) into the user.' }),
    from: z.string().nullable(),
    to: z.string().nullable(),
  })
  .meta({ id: 'Change' }) satisfies z.ZodType<Change>;

/** An event as an item, one shape for each type, with the schema of the event itself; another one once it is erased. */
function auditItemWith(more: z.ZodRawShape): z.ZodType {
  const items = userEvents.definitions.flatMap((definition) => {
    const { type, schemaVersion, schema } = definition;
    const item = z.object({
      ...more,
      eventId: z.guid(),
      type: z.literal(type),
      version,
      schemaVersion: z.literal(schemaVersion),
      data: schema,
      changes: z.array(change),
      occurredAt: time,
      correlationId: z.string(),
      causationId: z.string(),
      actor: z.string().nullable().meta({ description: 'Who asked for it; null if nobody had to say.' }),
    });
    return [item, item.extend({ data: mapPersonal(definition, (field) => field.nullable()), erased })];
  });
  return z.union(items);
}

export const auditItem = auditItemWith({}).meta({
  id: 'AuditItem',
  description: 'An event, and what it changed.',
});

export const auditTrailPage = z.object({
  items: z.array(auditItem).max(200),
  nextCursor: z.int().nullable().meta({ description: 'The `after` of the next page; null on the last one.' }),
});

export const streamItem = auditItemWith({ userId: z.guid() }).meta({
  id: 'StreamItem',
  description: 'An item of the audit trail, with its user.',
});
