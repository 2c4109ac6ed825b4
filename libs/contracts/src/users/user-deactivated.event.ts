import { z } from 'zod';
import { defineEvent } from '../event-catalog.js';

/** Why an onboarding has failed. */
export const deactivationReason = z.enum(['email-not-verified', 'notification-failed']);

export type DeactivationReason = z.output<typeof deactivationReason>;

/** The onboarding of a pending user has failed. The user keeps the email until deleted. */
export const userDeactivated = defineEvent(
  'user.deactivated',
  1,
  z.object({ id: z.string(), reason: deactivationReason }),
);
