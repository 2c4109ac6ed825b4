/** The consumer groups, of those without a database of their own, whose failed records go to `<group>.dead-letter`. */
export const DEAD_LETTER_GROUPS: readonly string[] = ['command-api'];
