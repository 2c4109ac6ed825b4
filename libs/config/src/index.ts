export * from './app-addresses.js';
export * from './auth.js';
export * from './load-config.js';
export * from './rules.js';
export { SECRET_VARIABLES } from './secret-files.js';
export * from './settings.js';
export * from './variables.js';
export * from './whole-number.js';
