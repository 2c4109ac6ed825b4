import { pino } from 'pino';
import { createNestLogger } from './nest-logger.js';

describe('createNestLogger', () => {
  let lines: Record<string, unknown>[];
  const nest = createNestLogger(
    pino({ level: 'trace' }, { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) }),
  );
  beforeEach(() => {
    lines = [];
  });

  it('turns start-up chatter to debug, with its context', () => {
    nest.log('Mapped {/users, GET} route', 'RouterExplorer');
    expect(lines).toMatchObject([
      { level: 20, context: 'RouterExplorer', msg: 'Mapped {/users, GET} route' },
    ]);
  });

  it('keeps an error with its stack', () => {
    nest.error(new Error('broken'), 'Injector');
    nest.error('broken', 'Error: broken\n    at here', 'Injector');
    expect(lines).toMatchObject([
      { level: 50, context: 'Injector', err: { message: 'broken' }, msg: 'broken' },
      { level: 50, context: 'Injector', stack: 'Error: broken\n    at here', msg: 'broken' },
    ]);
  });
});
