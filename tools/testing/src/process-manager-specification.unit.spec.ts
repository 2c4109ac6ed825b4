import { specifyProcessManager } from './process-manager-specification.js';

type Message =
  { readonly type: 'begin' | 'go-on' | 'end' } | { readonly type: 'timer'; readonly name: 'tick' };

const { given } = specifyProcessManager<number, Message, string>({
  react(state, message) {
    switch (message.type) {
      case 'begin':
        return { state: 1, timers: { tick: 'soon', tock: 'later' } };
      case 'go-on':
        return state === undefined
          ? { state }
          : { state: state + 1, commands: [`${state}`], timers: { tock: null } };
      case 'timer':
        return { state, commands: ['ticked'] };
      case 'end':
        return { state: undefined };
    }
  },
});

const begin = { type: 'begin' } as const;
const goOn = { type: 'go-on' } as const;

describe('a process manager specification', () => {
  it('reacts to the folded messages, and keeps timers as the runtime does', () => {
    given().when(begin).expectCommands().expectTimers({ tick: 'soon', tock: 'later' });
    given(begin, goOn).when(goOn).expectCommands('2').expectTimers({ tick: 'soon' });
    given(begin)
      .when({ type: 'timer', name: 'tick' })
      .expectCommands('ticked')
      .expectTimers({ tock: 'later' });
    given(begin).when({ type: 'end' }).expectEnded();
    given().when(goOn).expectEnded();
  });

  it('fails on other commands, on other timers, and on what has not ended', () => {
    const begun = given().when(begin);
    expect(() => begun.expectCommands('1')).toThrow('deep');
    expect(() => begun.expectTimers({ tick: 'soon' })).toThrow('deep');
    expect(() => begun.expectEnded()).toThrow('deep');
  });
});
