import { UserNotFound } from '../users/user.errors.js';

export const decide = () => new UserNotFound();
