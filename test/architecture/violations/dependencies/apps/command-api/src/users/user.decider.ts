import { topic } from '@eventfleet/contracts';
import { UserNotFound } from './user.errors.js';

export const decide = () => new UserNotFound(topic);
