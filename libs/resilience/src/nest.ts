/** What Nest's handlers of messages need: apart, because most of what uses this lib loads no Nest. */
export * from './original-error.filter.js';
