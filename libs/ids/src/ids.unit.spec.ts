import { newId, randomHex } from './ids.js';

describe('newId', () => {
  it('makes UUIDs of version 7, each another one, over many draws', () => {
    const ids = Array.from({ length: 2_000 }, () => newId());
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('carries the time', () => {
    const before = Date.now();
    const made = parseInt(newId().replaceAll('-', '').slice(0, 12), 16);
    expect(made).toBeGreaterThanOrEqual(before);
    expect(made).toBeLessThanOrEqual(Date.now());
  });
});

describe('randomHex', () => {
  it('gives so many bytes as digits, each time others, over many draws', () => {
    const drawn = Array.from({ length: 3_000 }, () => randomHex(16));
    expect(new Set(drawn).size).toBe(drawn.length);
    for (const digits of drawn) expect(digits).toMatch(/^[0-9a-f]{32}$/);
  });
});
