import { applied } from '@eventfleet/projections';

export const project = () => applied;
