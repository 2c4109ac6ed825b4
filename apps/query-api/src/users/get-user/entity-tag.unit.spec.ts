import { entityTag, matchesEntityTag } from './entity-tag.js';

describe('matchesEntityTag', () => {
  it.each([
    ['"3"', true],
    ['W/"3"', true],
    ['"1", W/"3" , "2"', true],
    ['*', true],
    ['"33"', false],
    ['"1","2"', false],
    ['3', false],
    ['', false],
    [undefined, false],
  ])('%s matches version 3: %s', (header, matches) => {
    expect(matchesEntityTag(header, entityTag(3))).toBe(matches);
  });
});
