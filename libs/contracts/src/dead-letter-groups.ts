/**
 * The consumer groups that have a topic `<group>.dead-letter`: command-api for commands that fail, the others for
 * records that the event store never wrote.
 */
export const DEAD_LETTER_GROUPS: readonly string[] = ['command-api', 'user-list', 'user-stats', 'onboarding'];
