import { emailKey, userEvents, type UserEvent } from '@eventfleet/contracts';
import type { CopyRow } from '@eventfleet/postgres';
import type { Projection } from '@eventfleet/projections';
import {
  deleteUsers,
  insertUsers,
  updateUsers,
  type InsertedUser,
  type UpdatedUser,
} from './user-list.statements.js';

/** What becomes of each user that a run of events touches; a user who came and went within it leaves nothing. */
export interface UserListChanges {
  readonly inserted: readonly InsertedUser[];
  readonly updated: readonly UpdatedUser[];
  readonly deleted: readonly string[];
}

/** Live users with what a reader may see of them. */
export const userList: Projection<UserEvent, UserListChanges> = {
  name: 'user-list',
  catalog: userEvents,

  project(events) {
    const inserted = new Map<string, InsertedUser>();
    const updated = new Map<string, UpdatedUser>();
    const deleted = new Set<string>();
    const change = (id: string, changed: UpdatedUser) => {
      const row = inserted.get(id);
      if (row) inserted.set(id, { ...row, ...changed });
      else updated.set(id, { ...updated.get(id), ...changed });
    };
    for (const event of events) {
      const { aggregateId: id, version, occurredAt } = event;
      const now = { id, version, updatedAt: occurredAt };
      switch (event.type) {
        case 'user.created': {
          const { name, email, status = 'active' } = event.data;
          const row = { ...now, name, email, emailKey: emailKey(email), status, createdAt: occurredAt };
          inserted.set(id, row);
          break;
        }
        case 'user.updated': {
          const { name, email } = event.data;
          change(id, {
            ...now,
            ...(name !== undefined && { name }),
            ...(email !== undefined && { email, emailKey: emailKey(email) }),
          });
          break;
        }
        case 'user.email-verified':
          change(id, { ...now, status: 'active' });
          break;
        case 'user.verification-reminded':
          change(id, now);
          break;
        case 'user.deactivated':
          change(id, { ...now, status: 'deactivated' });
          break;
        case 'user.deleted': {
          updated.delete(id);
          if (!inserted.delete(id)) deleted.add(id);
          break;
        }
        // The row went with the deletion, which comes before it.
        case 'user.erased':
          break;
      }
    }
    return { inserted: [...inserted.values()], updated: [...updated.values()], deleted: [...deleted] };
  },

  forget: ({ aggregateId }) => ({ inserted: [], updated: [], deleted: [aggregateId] }),

  tables: ['user_list'],
  copied: {
    name: 'user_list',
    columns: ['id', 'name', 'email', 'email_key', 'status', 'version', 'created_at', 'updated_at'],
    split: ({ inserted, ...rest }) => ({ rows: inserted.map(toRow), rest: { ...rest, inserted: [] } }),
  },

  statements(...changes) {
    const inserted = changes.flatMap((change) => change.inserted);
    const updated = changes.flatMap((change) => change.updated);
    const deleted = changes.flatMap((change) => change.deleted);
    return [
      ...(inserted.length > 0 ? [insertUsers(inserted)] : []),
      ...(updated.length > 0 ? [updateUsers(updated)] : []),
      ...(deleted.length > 0 ? [deleteUsers(deleted)] : []),
    ];
  },
};

function toRow({ id, name, email, emailKey, status, version, createdAt, updatedAt }: InsertedUser): CopyRow {
  return [id, name, email, emailKey, status, version, createdAt, updatedAt];
}
