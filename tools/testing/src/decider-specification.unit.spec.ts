import { specify } from './decider-specification.js';

class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

const counter = specify({
  initialState: 0,
  decide(command: 'increase' | 'stop', state: number): { step: number }[] {
    if (state === 2) throw new Refused('counter-full');
    return command === 'stop' ? [] : [{ step: 1 }];
  },
  evolve: (state: number, event: { step: number }) => state + event.step,
});

describe('a decider specification', () => {
  it('decides on the folded history', () => {
    const once = counter.given({ step: 1 });
    expect(() => once.when('increase').expectEvents({ step: 1 })).not.toThrow();
    expect(() => once.when('stop').expectNothing()).not.toThrow();
    const twice = counter.given({ step: 1 }, { step: 1 });
    expect(() => twice.when('increase').expectRefusal('counter-full')).not.toThrow();
  });

  it('fails on other events, on an event too many, on a missing refusal and on another one', () => {
    const one = counter.given().when('increase');
    expect(() => one.expectEvents({ step: 2 })).toThrow('deep');
    expect(() => one.expectNothing()).toThrow('deep');
    expect(() => one.expectRefusal('counter-full')).toThrow('counter-full');
    expect(() => counter.given({ step: 2 }).when('stop').expectRefusal('other')).toThrow('other');
  });
});
