import { noiseLevel, noiseLine, noiseOf } from './noise.ts';

const piece = (wallMs: number, cpuMs = wallMs) => ({ wallMs, cpuMs });

describe('noiseOf', () => {
  it('is nothing where every piece takes the same', () => {
    const noise = noiseOf([piece(10), piece(10)], [piece(10), piece(10)]);
    expect(noise).toEqual({ beforeMs: 10, afterMs: 10, waited: 0, spread: 0 });
    expect(noiseLevel(noise)).toBe(0);
  });

  it('tells that the machine became slower', () => {
    const noise = noiseOf([piece(10)], [piece(12)]);
    expect(noise).toMatchObject({ beforeMs: 10, afterMs: 12 });
    expect(noiseLevel(noise)).toBeCloseTo(0.2, 1);
  });

  it('tells that other programs had the cores', () => {
    const noise = noiseOf([piece(10, 5)], [piece(10, 5)]);
    expect(noise.waited).toBe(0.5);
    expect(noiseLevel(noise)).toBe(0.5);
  });

  it('tells that some pieces took longer', () => {
    const pieces = Array.from({ length: 10 }, (_, index) => piece(index < 2 ? 20 : 10));
    expect(noiseOf(pieces, pieces).spread).toBe(1);
  });

  it('shows each part', () => {
    expect(noiseLine({ beforeMs: 46, afterMs: 46.5, waited: 0.07, spread: 0.105 })).toBe(
      'Noise 10.5 %: a fixed piece of work took 46.0 ms before and 46.5 ms after, waited 7.00 % of it for a core, ' +
        'and its slowest tenth took 10.5 % longer than its fastest',
    );
  });
});
