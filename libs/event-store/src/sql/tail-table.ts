/**
 * A table whose rows are published in the order of its tail: the event store's own, and the process managers' commands.
 * A closed list, as the name goes into statements as it is.
 */
export type TailTable = 'events' | 'process_managers.outbox';
