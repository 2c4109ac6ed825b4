import { defineEvent, defineEventCatalog, type EventOf } from '@eventfleet/contracts';
import { DomainError, type Decider } from '@eventfleet/domain';
import { z } from 'zod';

/** A small aggregate with personal data, which can be erased; it holds its name as a claim. */
const events = [
  defineEvent('person.born', 1, z.object({ name: z.string() }), { personal: ['name'] }),
  defineEvent('person.renamed', 1, z.object({ name: z.string() }), { personal: ['name'] }),
  defineEvent('person.aged', 1, z.object({})),
  defineEvent('person.erased', 1, z.object({})),
] as const;
export type PersonEvent = EventOf<(typeof events)[number]>;
export const personCatalog = defineEventCatalog({
  aggregateType: 'person',
  topic: 'persons',
  events,
  erasedBy: 'person.erased',
});
export interface Person {
  readonly name?: string;
}
export type PersonCommand =
  { readonly type: 'name'; readonly name: string } | { readonly type: 'age' } | { readonly type: 'erase' };

export const personDecider: Decider<Person, PersonCommand, PersonEvent> = {
  catalog: personCatalog,
  initialState: {},
  stateVersion: 1,
  decide(command, state) {
    if (command.type === 'erase') return [{ type: 'person.erased', data: {} }];
    if (command.type === 'age') return [{ type: 'person.aged', data: {} }];
    const { name } = command;
    return [{ type: state.name === undefined ? 'person.born' : 'person.renamed', data: { name } }];
  },
  evolve: (state, event) => {
    if (event.type === 'person.aged') return state;
    return event.type === 'person.erased' ? {} : { name: event.data.name };
  },
  claims: ({ name }) => (name === undefined ? [] : [{ scope: 'name', key: name }]),
  claimRefused: () => new DomainError('name-taken', 'another person has this name'),
};
