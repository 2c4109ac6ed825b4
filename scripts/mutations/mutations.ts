import { accessMutations } from './access-mutations.ts';
import { erasureMutations } from './erasure-mutations.ts';
import { guaranteeMutations } from './guarantee-mutations.ts';
import { historyMutations } from './history-mutations.ts';
import type { Mutation } from './mutation.ts';
import { otherMutations } from './other-mutations.ts';
import { securityMutations } from './security-mutations.ts';

export const mutations: readonly Mutation[] = [
  ...guaranteeMutations,
  ...historyMutations,
  ...erasureMutations,
  ...otherMutations,
  ...accessMutations,
  ...securityMutations,
];
