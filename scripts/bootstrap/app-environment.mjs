// @ts-check

/**
 * What every app's process gets besides its settings, so that memory stays near what is alive: a small young
 * generation, and few allocation arenas of the C library. What the environment says already stays.
 */
export const APP_ENVIRONMENT = {
  NODE_OPTIONS: '--max-semi-space-size=2',
  MALLOC_ARENA_MAX: '1',
};
