// @ts-check

/**
 * What every app's process gets besides its settings, so that memory stays near what is alive: a small young
 * generation, and a C library (glibc) that keeps one arena and gives freed memory back. What the environment says
 * already stays.
 */
export const APP_ENVIRONMENT = {
  NODE_OPTIONS: '--max-semi-space-size=16',
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '1048576',
  MALLOC_TRIM_THRESHOLD_: '8388608',
  MALLOC_TOP_PAD_: '1048576',
};
