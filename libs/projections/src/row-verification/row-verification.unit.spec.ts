import { pagesOf } from './row-verification.js';

it.each([
  [100, 100, 1_000],
  [1, 1, 1_000],
  [1_000, 100, 100],
  [50, 50, 1_000],
])('%i aggregates a second are pages of %i, one each %i ms', (rate, limit, pauseMs) =>
  expect(pagesOf(rate)).toEqual({ limit, pauseMs }),
);
