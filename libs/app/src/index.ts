export * from './exit.js';
export type { HostConfig } from './host-config.js';
export * from './run-app.js';
