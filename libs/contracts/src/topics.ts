/** Topics of the fleet. Names are part of the contract with other services. */
export const TOPICS = {
  userEvents: 'user-events',
  userCommands: 'user-commands',
  userCommandReplies: 'user-command-replies',
  notificationEvents: 'notification-events',
} as const;

/** The consumer groups, of those without a database of their own, whose failed records go to `<group>.dead-letter`. */
export const DEAD_LETTER_GROUPS: readonly string[] = ['command-api'];
