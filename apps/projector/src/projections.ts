import { runnable, type RunnableProjection } from '@eventfleet/projections';
import { userList, userStats } from '@eventfleet/read-models';

/** Every read model that this app keeps. Each has a consumer group and checkpoints of its own. */
export const projections: readonly RunnableProjection[] = [runnable(userList), runnable(userStats)];
