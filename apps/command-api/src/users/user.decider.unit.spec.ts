import { specify } from '@eventfleet/testing';
import { userDecider } from './user.decider.js';

const id = '0190b6e8-0000-7000-8000-000000000001';
const created = { type: 'user.created', data: { id, name: 'Ada', email: 'Ada@example.org' } } as const;
const renamed = { type: 'user.updated', data: { id, name: 'Ada L.' } } as const;
const deleted = { type: 'user.deleted', data: { id } } as const;

describe('user decider', () => {
  const { given } = specify(userDecider);

  it('creates a user once', () => {
    const create = { type: 'create-user', id, name: 'Ada', email: 'Ada@example.org' } as const;
    given().when(create).expectEvents(created);
    given(created).when(create).expectRefusal('user-already-exists');
  });

  it('uses an id up for ever', () => {
    given(created, deleted)
      .when({ type: 'create-user', id, name: 'Ada', email: 'ada@example.org' })
      .expectRefusal('user-already-exists');
  });

  it('records only what changed', () => {
    given(created)
      .when({ type: 'update-user', name: 'Ada L.', email: 'Ada@example.org' })
      .expectEvents(renamed);
    given(created, renamed).when({ type: 'update-user', name: 'Ada L.' }).expectNothing();
    given(created).when({ type: 'update-user' }).expectNothing();
  });

  it('takes another spelling of the email as a change, though not of the claim', () => {
    const respelled = { type: 'user.updated', data: { id, email: 'ada@example.org' } } as const;
    given(created).when({ type: 'update-user', email: 'ada@example.org' }).expectEvents(respelled);
    const before = userDecider.evolve(userDecider.initialState, created);
    expect(userDecider.claims(userDecider.evolve(before, respelled))).toEqual(userDecider.claims(before));
  });

  it('knows no user who is absent or deleted', () => {
    for (const history of [[], [created, deleted]]) {
      given(...history)
        .when({ type: 'update-user', name: 'Eve' })
        .expectRefusal('user-not-found');
      given(...history)
        .when({ type: 'delete-user' })
        .expectRefusal('user-not-found');
    }
  });

  it('deletes, and lets go of the email', () => {
    given(created).when({ type: 'delete-user' }).expectEvents(deleted);
    const gone = [created, deleted].reduce(
      (state, event) => userDecider.evolve(state, event),
      userDecider.initialState,
    );
    expect(userDecider.claims(gone)).toEqual([]);
  });
});
