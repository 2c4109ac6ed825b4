/** Topics of the fleet. Names are part of the contract with other services. */
export const TOPICS = {
  userEvents: 'user-events',
} as const;
