/** What a role may do: privileges, and the tables, sequences or functions that they are for. */
export type Grant = readonly [privileges: string, ...objects: readonly string[]];

export interface DatabaseAccess {
  readonly schemas: readonly string[];
  readonly grants: readonly Grant[];
}

/** The apps that log in to a database. */
export const DATABASE_APPS = [
  'command-api',
  'query-api',
  'projector',
  'process-manager',
  'notifier',
  'console',
] as const;
export type DatabaseApp = (typeof DATABASE_APPS)[number];

const FOUND = 'event_id, aggregate_type, aggregate_id, version, event, reason';

/**
 * The event store's database. Nobody changes or deletes an event. What an operator has decided to replace goes through
 * `set_events_aside`, which keeps it. Only the owner, by whom `fleet` works, may do more.
 */
export const EVENT_STORE_ACCESS: Readonly<Record<DatabaseApp, DatabaseAccess>> = {
  'command-api': {
    schemas: ['public', 'idempotency', 'process_managers'],
    grants: [
      ['select', 'schema_migrations'],
      ['select, insert', 'events'],
      ['select, update', 'sequence events_global_position_seq'],
      [
        'execute',
        'function lock_events()',
        'function set_events_aside(text, uuid, integer)',
        'function unmark_conflict(text, uuid, text)',
      ],
      ['select, insert, update, delete', 'claims', 'snapshots', 'snapshot_history'],
      ['select, insert, delete', 'idempotency.answers'],
      ['select, insert, update', 'relay_checkpoints', 'snapshot_progress'],
      // It finds conflicts and closes them. An operator marks them.
      [`select, insert (${FOUND}), update (resolution, resolved_at)`, 'history_conflicts'],
      ['select, update', 'history'],
      ['select, insert, delete', 'history_notices'],
      // For erasures: keys are destroyed, copies removed, receipts written.
      ['select, insert, update (wrapped, erased_at)', 'personal_data_keys'],
      ['select', 'personal_data_secrets'],
      ['select, insert, update (completed_at)', 'erasures'],
      ['select, insert', 'erasure_places'],
      ['select (aggregate_type, aggregate_id)', 'history_replaced'],
      ['select (instance_id, state), update (state)', 'process_managers.instances'],
      ['select (instance_id), delete', 'process_managers.timers'],
      ['select (aggregate_id, transaction_id, global_position), delete', 'process_managers.outbox'],
      ['select', 'process_managers.projection_versions'],
    ],
  },
  'query-api': {
    schemas: ['public'],
    grants: [
      [
        'select',
        'schema_migrations',
        'events',
        'snapshots',
        'snapshot_history',
        'history',
        'personal_data_keys',
      ],
    ],
  },
  projector: {
    schemas: ['public'],
    grants: [
      [
        'select',
        'schema_migrations',
        'events',
        'snapshots',
        'relay_checkpoints',
        'history',
        'personal_data_keys',
      ],
    ],
  },
  'process-manager': {
    schemas: ['public', 'process_managers'],
    grants: [
      [
        'select',
        'schema_migrations',
        'events',
        'history',
        'personal_data_keys',
        'process_managers.schema_migrations',
      ],
      // Its own relay has a row there.
      ['select, insert, update', 'relay_checkpoints'],
      [
        'select, insert, update, delete',
        ...['instances', 'timers', 'outbox', 'parked_events'].map((table) => `process_managers.${table}`),
        ...['projection_checkpoints', 'projection_versions'].map((table) => `process_managers.${table}`),
      ],
    ],
  },
  notifier: {
    schemas: ['public', 'notifier'],
    grants: [
      ['select', 'schema_migrations', 'events', 'notifier.origin'],
      ['select', 'personal_data_keys', 'personal_data_secrets'],
      ['select, insert, update', 'notifier.inbox'],
      ['select, insert, update, delete', 'notifier.mail_quotas'],
      // It writes down what became of mails.
      ['select', 'erasures'],
      ['insert', 'erasure_places'],
    ],
  },
  console: {
    schemas: ['public', 'process_managers', 'notifier', 'operators'],
    grants: [
      [
        'select',
        'schema_migrations',
        'events',
        'claims',
        'snapshots',
        'snapshot_history',
        'relay_checkpoints',
        'history',
        'personal_data_keys',
        'personal_data_secrets',
      ],
      ['select', ...['instances', 'timers', 'outbox'].map((table) => `process_managers.${table}`)],
      [
        'select',
        ...['projection_checkpoints', 'projection_versions'].map((table) => `process_managers.${table}`),
      ],
      // What an operator decides: the apps that it is for act on the marks.
      ['select, update (mark)', 'history_conflicts', 'process_managers.parked_events'],
      ['select', 'notifier.inbox', 'operators.schema_migrations'],
      ['select, insert, update (ended_at, outcome, result)', 'operators.actions'],
    ],
  },
};

/** The read store's database, of which every table can be built anew: all tables, those of a rebuild too. */
export const READ_STORE_ACCESS: Readonly<Partial<Record<DatabaseApp, string>>> = {
  // For erasures.
  'command-api': 'select, delete, maintain',
  projector: 'select, insert, update, delete',
  'query-api': 'select',
  console: 'select, insert, update, delete',
};

/** Who owns the tables of the read store: it builds them anew, and puts the new ones in the place of the live ones. */
export const READ_STORE_OWNER: DatabaseApp = 'console';
