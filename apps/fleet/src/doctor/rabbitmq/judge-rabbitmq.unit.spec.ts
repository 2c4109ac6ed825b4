import type { RabbitmqDescription, TopologyPart } from '@eventfleet/rabbitmq';
import type { Verdict } from '../finding.js';
import { judgeRabbitmq } from './judge-rabbitmq.js';

const part = (kind: TopologyPart['kind'], state: TopologyPart['state'] = 'as declared'): TopologyPart => ({
  kind,
  name: `the-${kind}`,
  state,
});
const sound: RabbitmqDescription = {
  product: 'RabbitMQ',
  version: '4.1.0',
  parts: [part('exchange'), part('queue'), part('queue')],
};
const verdicts = (description: Partial<RabbitmqDescription>) =>
  Object.fromEntries(
    judgeRabbitmq('mq:5672', { ok: true, value: { ...sound, ...description } }).map(({ check, verdict }) => [
      check,
      verdict,
    ]),
  );
const allOk = { reachable: 'ok', version: 'ok', exchange: 'ok', queues: 'ok' };

describe('a RabbitMQ', () => {
  it.each<[Partial<RabbitmqDescription>, Record<string, Verdict>]>([
    [{}, {}],
    [{ version: '3.10.0' }, {}],
    [{ version: '3.9.29' }, { version: 'wrong' }],
    [{ version: '2.12.0' }, { version: 'wrong' }],
    [{ parts: [part('exchange', 'missing'), part('queue')] }, { exchange: 'risk' }],
    [{ parts: [part('exchange', 'different'), part('queue')] }, { exchange: 'wrong' }],
    [{ parts: [part('exchange'), part('queue', 'missing')] }, { queues: 'risk' }],
    [
      { parts: [part('exchange'), part('queue', 'missing'), part('queue', 'different')] },
      { queues: 'wrong' },
    ],
  ])('with %j', (description, expected) => {
    expect(verdicts(description)).toEqual({ ...allOk, ...expected });
  });

  it('may be off, or one wrong line if it cannot be reached', () => {
    expect(judgeRabbitmq(undefined, undefined)).toMatchObject([{ verdict: 'ok' }]);
    expect(judgeRabbitmq('mq:5672', { ok: false, reason: 'refused' })).toMatchObject([
      { verdict: 'wrong', value: 'mq:5672: refused' },
    ]);
  });
});
