import fc from 'fast-check';
import { emailKey, verificationDigest, type UserEvent, type UserState } from '@eventfleet/contracts';
import { DomainError } from '@eventfleet/domain';
import { propertyRuns } from '@eventfleet/testing';
import { userDecider, type UserCommand } from './user.decider.js';

const ID = '0190b6e8-0000-7000-8000-000000000001';
const name = fc.constantFrom('Ada', 'Bea', 'Cay');
const email = fc.constantFrom('ada@example.org', 'ADA@example.org', 'bea@example.org');

const command: fc.Arbitrary<UserCommand> = fc.oneof(
  fc.record({
    type: fc.constant('create-user' as const),
    id: fc.constant(ID),
    name,
    email,
    isPending: fc.boolean(),
  }),
  fc.record({ type: fc.constant('update-user' as const), name, email }, { requiredKeys: ['type'] }),
  fc.record({ type: fc.constant('delete-user' as const) }),
  fc.record({ type: fc.constant('erase-user' as const), id: fc.constant(ID) }),
  fc.record({
    type: fc.constant('verify-email' as const),
    emailDigest: email.map(verificationDigest),
    isExpired: fc.boolean(),
  }),
  fc.record({ type: fc.constant('remind-user' as const) }),
  fc.record({
    type: fc.constant('deactivate-user' as const),
    reason: fc.constantFrom('email-not-verified' as const, 'notification-failed' as const),
  }),
);

/** A user as the contract describes it: fields that a client sees while it lives, and one life. */
interface Model {
  life: 'none' | 'live' | 'over' | 'erased';
  status: 'active' | 'pending' | 'deactivated';
  fields: { name?: string; email?: string };
}

type Refusal =
  | 'user-already-exists'
  | 'user-not-found'
  | 'user-deactivated'
  | 'user-not-pending'
  | 'verification-token-invalid'
  | 'verification-token-expired';

type Answer = Refusal | 'no event' | UserEvent['type'] | 'user.deleted, user.erased';

function expected(model: Model, command: UserCommand): Answer {
  if (command.type === 'create-user') {
    if (model.life !== 'none') return 'user-already-exists';
    model.life = 'live';
    model.status = command.isPending ? 'pending' : 'active';
    model.fields = { name: command.name, email: command.email };
    return 'user.created';
  }
  if (command.type === 'erase-user' && model.life !== 'none') {
    const was = model.life;
    model.life = 'erased';
    if (was === 'erased') return 'no event';
    return was === 'over' ? 'user.erased' : 'user.deleted, user.erased';
  }
  if (model.life !== 'live' || command.type === 'erase-user') return 'user-not-found';
  if (command.type === 'delete-user') {
    model.life = 'over';
    return 'user.deleted';
  }
  if (command.type !== 'update-user') return expectedOfOnboarding(model, command);
  if (model.status === 'deactivated') return 'user-deactivated';
  const { type: _, ...wanted } = command;
  const after = { ...model.fields, ...wanted };
  const isSame = after.name === model.fields.name && after.email === model.fields.email;
  model.fields = after;
  return isSame ? 'no event' : 'user.updated';
}

type OnboardingCommand = Extract<
  UserCommand,
  { readonly type: 'verify-email' | 'remind-user' | 'deactivate-user' }
>;

function expectedOfOnboarding(model: Model, command: OnboardingCommand): Answer {
  if (command.type === 'verify-email') {
    if (model.status === 'deactivated') return 'user-deactivated';
    if (command.emailDigest !== verificationDigest(model.fields.email!)) return 'verification-token-invalid';
    if (model.status === 'active') return 'no event';
    if (command.isExpired) return 'verification-token-expired';
    model.status = 'active';
    return 'user.email-verified';
  }
  if (model.status !== 'pending') return 'user-not-pending';
  if (command.type === 'remind-user') return 'user.verification-reminded';
  model.status = 'deactivated';
  return 'user.deactivated';
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
      const model: Model = { life: 'none', status: 'active', fields: {} };
      let state = userDecider.initialState;
      for (const command of commands) {
        const before = { ...model.fields };
        const answer = expected(model, command);
        const decided = decide(command, state);
        if (typeof decided === 'string') {
          expect(decided).toBe(answer);
          continue;
        }
        expect(decided.map(({ type }) => type).join(', ')).toBe(answer === 'no event' ? '' : answer);
        state = decided.reduce((folded, event) => userDecider.evolve(folded, event), state);
        if (model.life === 'erased') expect(state).toEqual({ status: 'deleted', isErased: true });
        else if (model.life === 'over') expect(state).toEqual({ status: 'deleted' });
        else expect(state).toMatchObject({ status: model.status, id: ID, ...model.fields });
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
