import fc from 'fast-check';
import { DomainError, emailKey, type UserEvent } from '@eventfleet/contracts';
import { propertyRuns } from '@eventfleet/testing';
import { userDecider, type UserCommand, type UserState } from './user.decider.js';

const ID = '0190b6e8-0000-7000-8000-000000000001';
const name = fc.constantFrom('Ada', 'Bea', 'Cay');
const email = fc.constantFrom('ada@example.org', 'ADA@example.org', 'bea@example.org');

const command: fc.Arbitrary<UserCommand> = fc.oneof(
  fc.record({ type: fc.constant('create-user' as const), id: fc.constant(ID), name, email }),
  fc.record({ type: fc.constant('update-user' as const), name, email }, { requiredKeys: ['type'] }),
  fc.record({ type: fc.constant('delete-user' as const) }),
);

/** A user as the contract describes it: fields that a client sees while it lives, and one life. */
interface Model {
  life: 'none' | 'live' | 'over';
  fields: { name?: string; email?: string };
}

type Answer = 'user-already-exists' | 'user-not-found' | 'no event' | UserEvent['type'];

function expected(model: Model, command: UserCommand): Answer {
  if (command.type === 'create-user') {
    if (model.life !== 'none') return 'user-already-exists';
    model.life = 'live';
    model.fields = { name: command.name, email: command.email };
    return 'user.created';
  }
  if (model.life !== 'live') return 'user-not-found';
  if (command.type === 'delete-user') {
    model.life = 'over';
    return 'user.deleted';
  }
  const { type: _, ...wanted } = command;
  const after = { ...model.fields, ...wanted };
  const isSame = after.name === model.fields.name && after.email === model.fields.email;
  model.fields = after;
  return isSame ? 'no event' : 'user.updated';
}

function decide(command: UserCommand, state: UserState): readonly UserEvent[] | string {
  try {
    return userDecider.decide(command, state);
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

it('the user decider answers any commands as the contract says, and its events carry exactly what changed', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
      const model: Model = { life: 'none', fields: {} };
      let state = userDecider.initialState;
      for (const command of commands) {
        const before = { ...model.fields };
        const answer = expected(model, command);
        const decided = decide(command, state);
        if (typeof decided === 'string') {
          expect(decided).toBe(answer);
          continue;
        }
        expect(decided.map(({ type }) => type)).toEqual(answer === 'no event' ? [] : [answer]);
        state = decided.reduce((folded, event) => userDecider.evolve(folded, event), state);
        if (model.life !== 'live') expect(state).toEqual({ status: 'deleted' });
        else expect(state).toEqual({ status: 'active', id: ID, ...model.fields });
        const keys = model.life === 'live' ? [emailKey(model.fields.email!)] : [];
        expect(userDecider.claims(state).map(({ key }) => key)).toEqual(keys);
        const updated = decided.find((event) => event.type === 'user.updated');
        for (const field of ['name', 'email'] as const)
          if (updated) expect(updated.data[field] === undefined).toBe(model.fields[field] === before[field]);
      }
    }),
    propertyRuns(500, { shrink: true }),
  );
});
