import { z } from 'zod';
import { DomainError, defineCatalog, defineEvent, type Decider, type EventOf } from '@eventfleet/contracts';

/** A small aggregate for the tests of the store: it can append two events at once, and holds a name as a claim. */
const events = [
  defineEvent('account.opened', 1, z.object({ name: z.string() })),
  defineEvent('account.renamed', 1, z.object({ name: z.string() })),
  defineEvent('account.credited', 1, z.object({ amount: z.number() })),
  defineEvent('account.closed', 1, z.object({})),
] as const;

export type AccountEvent = EventOf<(typeof events)[number]>;

export interface Account {
  readonly status: 'absent' | 'open' | 'closed';
  readonly name: string;
  readonly balance: number;
}

export type AccountCommand =
  | { readonly type: 'open'; readonly name: string }
  | { readonly type: 'open-with-credit'; readonly name: string; readonly amount: number }
  | { readonly type: 'rename'; readonly name: string }
  | { readonly type: 'credit'; readonly amount: number }
  | { readonly type: 'close' };

export const accountDecider: Decider<Account, AccountCommand, AccountEvent> = {
  catalog: defineCatalog({ aggregateType: 'account', topic: 'account-events', events }),
  initialState: { status: 'absent', name: '', balance: 0 },
  stateVersion: 1,
  decide(command, state) {
    if (command.type === 'open' || command.type === 'open-with-credit') {
      if (state.status !== 'absent') throw new DomainError('exists', 'the account exists');
      const opened: AccountEvent = { type: 'account.opened', data: { name: command.name } };
      if (command.type === 'open') return [opened];
      return [opened, { type: 'account.credited', data: { amount: command.amount } }];
    }
    if (state.status !== 'open') throw new DomainError('missing', 'there is no such account');
    switch (command.type) {
      case 'rename':
        return command.name === state.name ? [] : [{ type: 'account.renamed', data: { name: command.name } }];
      case 'credit':
        return [{ type: 'account.credited', data: { amount: command.amount } }];
      case 'close':
        return [{ type: 'account.closed', data: {} }];
    }
  },
  evolve(state, event) {
    switch (event.type) {
      case 'account.opened':
        return { status: 'open', name: event.data.name, balance: 0 };
      case 'account.renamed':
        return { ...state, name: event.data.name };
      case 'account.credited':
        return { ...state, balance: state.balance + event.data.amount };
      case 'account.closed':
        return { ...state, status: 'closed' };
    }
  },
  claims: (state) => (state.status === 'open' ? [{ scope: 'account-name', key: state.name }] : []),
  claimRefused: () => new DomainError('name-taken', 'another account has this name'),
};
