import { eventStoreMutations } from './event-store.mutations.ts';
import type { Mutation } from './mutation.ts';
import { notifierMutations } from './notifier.mutations.ts';
import { parkingMutations } from './parking.mutations.ts';
import { processManagerMutations } from './process-managers.mutations.ts';
import { rabbitmqMutations } from './rabbitmq.mutations.ts';
import { readSideMutations } from './read-side.mutations.ts';
import { relayMutations } from './relay.mutations.ts';

/** Every mechanism that a guarantee rests on. A new one gets its line here, and is seen to be caught. */
export const mutations: readonly Mutation[] = [
  ...eventStoreMutations,
  ...relayMutations,
  ...rabbitmqMutations,
  ...readSideMutations,
  ...parkingMutations,
  ...processManagerMutations,
  ...notifierMutations,
];
