import { seconds } from './units.js';

describe('a time in seconds', () => {
  it.each([
    [0, '0 s'],
    [0.0041, '0.004 s'],
    [90, '90 s'],
    [120, '2 min'],
    [7_200, '2 h'],
    [90_000, '25 h'],
    [604_800, '7 d'],
  ])('%d is %s', (value, expected) => {
    expect(seconds(value)).toBe(expected);
  });
});
