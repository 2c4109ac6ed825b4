import { userEvents, type UserEvent } from '@eventfleet/contracts';
import { envelopes } from '@eventfleet/testing';
import { userList, type UserListChanges } from './user-list.projection.js';

const ID = '0198c0de-0000-7000-8000-000000000001';
const created: UserEvent = { type: 'user.created', data: { id: ID, name: 'Ann', email: 'Ann@Example.org' } };
const renamed: UserEvent = { type: 'user.updated', data: { id: ID, name: 'Bea' } };
const moved: UserEvent = { type: 'user.updated', data: { id: ID, email: 'Bea@Example.org' } };
const deleted: UserEvent = { type: 'user.deleted', data: { id: ID } };
const pending: UserEvent = { type: 'user.created', data: { ...created.data, status: 'pending' } };
const verified: UserEvent = { type: 'user.email-verified', data: { id: ID } };
const reminded: UserEvent = { type: 'user.verification-reminded', data: { id: ID } };
const deactivated: UserEvent = { type: 'user.deactivated', data: { id: ID, reason: 'email-not-verified' } };

function project(events: UserEvent[], firstVersion = 1): UserListChanges {
  return userList.project(envelopes(userEvents, ID, events, firstVersion), 0);
}

describe('the user list', () => {
  it('inserts a new user, with the email to compare by', () => {
    const { inserted, updated, deleted: gone } = project([created]);

    expect(inserted).toMatchObject([
      {
        id: ID,
        name: 'Ann',
        email: 'Ann@Example.org',
        emailKey: 'ann@example.org',
        status: 'active',
        version: 1,
      },
    ]);
    expect(inserted[0]?.updatedAt).toBe(inserted[0]?.createdAt);
    expect([updated, gone]).toEqual([[], []]);
  });

  it('inserts a user who changed at once as that user is now, created when it was', () => {
    const { inserted, updated } = project([created, renamed, moved]);
    const [first, , last] = envelopes(userEvents, ID, [created, renamed, moved]);

    expect(inserted).toMatchObject([
      { name: 'Bea', email: 'Bea@Example.org', emailKey: 'bea@example.org', version: 3 },
    ]);
    expect(inserted[0]).toMatchObject({ createdAt: first?.occurredAt, updatedAt: last?.occurredAt });
    expect(updated).toEqual([]);
  });

  it('joins the changes of a known user, and leaves alone what did not change', () => {
    expect(project([renamed], 4).updated).toEqual([
      { id: ID, name: 'Bea', version: 4, updatedAt: expect.any(String) },
    ]);
    expect(project([renamed, moved], 4).updated).toEqual([
      {
        id: ID,
        name: 'Bea',
        email: 'Bea@Example.org',
        emailKey: 'bea@example.org',
        version: 5,
        updatedAt: expect.any(String),
      },
    ]);
  });

  it.each([
    ['pending', [pending]],
    ['pending', [pending, reminded, renamed]],
    ['active', [pending, renamed, verified]],
    ['active', [pending, verified, moved]],
    ['deactivated', [pending, reminded, deactivated]],
  ])('inserts a new user as %s', (status, events) => {
    expect(project(events).inserted).toMatchObject([{ status, version: events.length }]);
  });

  it.each([
    ['verified', verified, { status: 'active' }],
    ['deactivated', deactivated, { status: 'deactivated' }],
    ['reminded', reminded, {}],
  ])('changes of a known user who was %s what that means, and the version', (_, event, changes) => {
    expect(project([event], 4).updated).toEqual([
      { id: ID, version: 4, updatedAt: expect.any(String), ...changes },
    ]);
    expect(project([renamed, event], 4).updated).toMatchObject([{ name: 'Bea', version: 5, ...changes }]);
  });

  it('forgets a deactivated user who is deleted', () => {
    expect(project([deactivated, deleted], 4)).toEqual({ inserted: [], updated: [], deleted: [ID] });
  });

  it('deletes a known user, whatever changed before', () => {
    expect(project([renamed, deleted], 4)).toEqual({ inserted: [], updated: [], deleted: [ID] });
  });

  it('has nothing to write for a user who came and went', () => {
    const changes = project([created, renamed, deleted]);

    expect(changes).toEqual({ inserted: [], updated: [], deleted: [] });
    expect(userList.statements(changes)).toEqual([]);
  });

  it('writes one statement for each kind of change, however many users', () => {
    const ids = Array.from({ length: 50 }, (_, index) => `${ID.slice(0, -2)}${10 + index}`);
    const events = ids.flatMap((id) =>
      envelopes(userEvents, id, [
        { type: 'user.created', data: { id, name: 'Ann', email: `${id}@example.org` } },
      ]),
    );

    const statements = userList.statements(
      userList.project([...events, ...envelopes(userEvents, ID, [renamed], 2)], 0),
    );

    expect(statements.map(({ name }) => name)).toEqual(['insert-users', 'update-users']);
  });
});
