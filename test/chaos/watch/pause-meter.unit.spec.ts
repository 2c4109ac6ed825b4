import { PauseMeter } from './pause-meter.ts';

describe('PauseMeter', () => {
  it('measures from one progress to the next', () => {
    const meter = new PauseMeter();
    for (const now of [100, 300, 1_500, 1_600]) meter.progressed('a', now);
    expect(meter.longest).toEqual({ what: 'a', ms: 1_200, endedAt: 1_500 });
  });

  it('measures a wait that has not ended', () => {
    const meter = new PauseMeter();
    meter.progressed('a', 100);
    meter.waits('a', 900);
    expect(meter.longest).toMatchObject({ ms: 800 });
  });

  it('does not count time without work', () => {
    const meter = new PauseMeter();
    meter.progressed('a', 100);
    meter.idles('a', 5_000);
    meter.waits('a', 5_200);
    meter.progressed('a', 5_300);
    expect(meter.longest).toMatchObject({ ms: 300 });
  });

  it('keeps each by itself', () => {
    const meter = new PauseMeter();
    meter.progressed('a', 0);
    meter.progressed('b', 900);
    meter.progressed('b', 1_000);
    expect(meter.longest).toEqual({ what: 'b', ms: 100, endedAt: 1_000 });
  });
});
