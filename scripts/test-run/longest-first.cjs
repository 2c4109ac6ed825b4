// @ts-check
const { statSync } = require('node:fs');

/** What a test of that suffix costs, the cheapest first. */
const COSTS = ['unit', 'int', 'e2e', 'fire'];

/** @param {{ path: string }} test */
const costOf = ({ path }) => COSTS.indexOf(/\.(\w+)\.spec\.ts$/.exec(path)?.[1] ?? '');

/**
 * Jest's order of test files: what starts apps, then what needs servers, then the rest, so that no long file is left
 * for the end. Among equals the larger file is first. Jest itself only knows sizes before its first run.
 */
module.exports = class LongestFirst {
  /**
   * @template {{ path: string }} Test
   * @param {readonly Test[]} tests
   */
  sort(tests) {
    const sizes = new Map(tests.map(({ path }) => [path, statSync(path).size]));
    const sizeOf = (/** @type {Test} */ { path }) => sizes.get(path) ?? 0;
    return tests.toSorted((a, b) => costOf(b) - costOf(a) || sizeOf(b) - sizeOf(a));
  }

  /**
   * For `--onlyFailures`: no run is remembered.
   * @template Test
   * @param {Test[]} tests
   */
  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
};
