import { topic } from '@eventfleet/contracts';

export const started = topic;
