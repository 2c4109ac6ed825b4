export * from './auth.error.js';
export * from './bearer.js';
export * from './caller.js';
export { ClientTokens, type TokenSource } from './client-tokens.js';
export * from './token-verifier.js';
