import { verificationDigest, type UserEvent } from '@eventfleet/contracts';
import { specify } from '@eventfleet/testing';
import { userDecider, type UserCommand } from './user.decider.js';

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

describe('onboarding', () => {
  const { given } = specify(userDecider);
  const pending: UserEvent = { type: 'user.created', data: { ...created.data, status: 'pending' } };
  const verified: UserEvent = { type: 'user.email-verified', data: { id } };
  const reminded: UserEvent = { type: 'user.verification-reminded', data: { id } };
  const deactivated: UserEvent = { type: 'user.deactivated', data: { id, reason: 'email-not-verified' } };
  const moved: UserEvent = { type: 'user.updated', data: { id, email: 'Bea@example.org' } };
  const verify = (email = 'ada@EXAMPLE.org', isExpired = false): UserCommand => ({
    type: 'verify-email',
    emailDigest: verificationDigest(email),
    isExpired,
  });
  const remind = { type: 'remind-user' } as const;
  const deactivate = { type: 'deactivate-user', reason: 'email-not-verified' } as const;

  it('makes a user pending where it is asked for, and only there', () => {
    const create = { type: 'create-user', id, name: 'Ada', email: 'Ada@example.org' } as const;
    given()
      .when({ ...create, isPending: true })
      .expectEvents(pending);
    given()
      .when({ ...create, isPending: false })
      .expectEvents(created);
  });

  it('verifies a pending user with a token for the email, once', () => {
    given(pending).when(verify()).expectEvents(verified);
    given(pending, reminded).when(verify()).expectEvents(verified);
    given(pending, verified).when(verify()).expectNothing();
    given(pending, verified).when(verify('Ada@example.org', true)).expectNothing();
    given(created).when(verify()).expectNothing();
  });

  it('takes no token for an earlier email, verified or not, and one for the new email', () => {
    given(pending, moved).when(verify()).expectRefusal('verification-token-invalid');
    given(pending, verified, moved).when(verify()).expectRefusal('verification-token-invalid');
    given(pending, moved).when(verify('bea@example.org')).expectEvents(verified);
  });

  it('takes no expired token from a pending user', () => {
    given(pending).when(verify('Ada@example.org', true)).expectRefusal('verification-token-expired');
    given(pending).when(verify('Eve@example.org', true)).expectRefusal('verification-token-invalid');
  });

  it('leaves a verified user active after a change of the email', () => {
    given(pending, verified, moved).when(remind).expectRefusal('user-not-pending');
    given(pending, moved).when(remind).expectEvents(reminded);
  });

  it('reminds once of an email that is named', () => {
    const remindOf = (email: string) => ({ ...remind, emailDigest: verificationDigest(email) });
    given(pending).when(remindOf('Ada@example.org')).expectEvents(reminded);
    given(pending, reminded).when(remindOf('Ada@example.org')).expectNothing();
    given(pending, reminded).when(remind).expectEvents(reminded);
    given(pending, reminded, moved).when(remindOf('Bea@example.org')).expectEvents(reminded);
    given(pending, reminded, moved, reminded).when(remindOf('Bea@example.org')).expectNothing();
  });

  it('reminds and deactivates who is pending, and nobody else', () => {
    given(pending).when(remind).expectEvents(reminded);
    given(pending, reminded).when(deactivate).expectEvents(deactivated);
    for (const history of [[created], [pending, verified], [pending, deactivated]]) {
      given(...history)
        .when(remind)
        .expectRefusal('user-not-pending');
      given(...history)
        .when(deactivate)
        .expectRefusal('user-not-pending');
    }
  });

  it('reminds and deactivates nobody who has another email than the one that the command names', () => {
    const [earlier, now] = ['ada@example.org', 'bea@example.org'].map(verificationDigest);
    for (const command of [remind, deactivate]) {
      given(pending, moved)
        .when({ ...command, emailDigest: earlier! })
        .expectRefusal('user-not-pending');
    }
    given(pending, moved)
      .when({ ...remind, emailDigest: now! })
      .expectEvents(reminded);
    given(pending, moved)
      .when({ ...deactivate, emailDigest: now! })
      .expectEvents(deactivated);
  });

  it('leaves a deactivated user nothing but the deletion', () => {
    given(pending, deactivated).when(verify()).expectRefusal('user-deactivated');
    given(pending, deactivated).when({ type: 'update-user' }).expectRefusal('user-deactivated');
    given(pending, deactivated)
      .when({ type: 'update-user', email: 'bea@example.org' })
      .expectRefusal('user-deactivated');
    given(pending, deactivated).when({ type: 'delete-user' }).expectEvents(deleted);
  });

  it('knows no user who is absent or deleted', () => {
    for (const history of [[], [pending, deleted], [pending, deactivated, deleted]]) {
      for (const command of [verify(), remind, deactivate])
        given(...history)
          .when(command)
          .expectRefusal('user-not-found');
    }
  });

  it('holds the email in every state until the user is deleted', () => {
    const keysAfter = (...history: UserEvent[]) =>
      userDecider
        .claims(history.reduce((state, event) => userDecider.evolve(state, event), userDecider.initialState))
        .map(({ key }) => key);
    expect(keysAfter(pending)).toEqual(['ada@example.org']);
    expect(keysAfter(pending, verified)).toEqual(['ada@example.org']);
    expect(keysAfter(pending, deactivated)).toEqual(['ada@example.org']);
    expect(keysAfter(pending, deactivated, deleted)).toEqual([]);
  });
});
