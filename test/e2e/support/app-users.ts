/** The apps of a fleet, and what `fleet migrate --print-grants` calls their users. */

export const APPS = [
  'command-api',
  'projector',
  'query-api',
  'process-manager',
  'notifier',
  'console',
] as const;
export type App = (typeof APPS)[number];

/** Of Postgres. */
export const roleOf = (app: App) => `eventfleet_${app.replaceAll('-', '_')}`;
export const kafkaUserOf = (app: App) => `eventfleet-${app}`;
