import { runnable, type FoldingProjection } from '@eventfleet/projections';
import { userList } from './users/user-list/user-list.projection.js';
import { userStats } from './users/user-stats/user-stats.projection.js';

/** Every read model. Each has a consumer group and checkpoints of its own. */
export const readModels: readonly FoldingProjection[] = [runnable(userList), runnable(userStats)];
