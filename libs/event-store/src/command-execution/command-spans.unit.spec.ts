import { jest } from '@jest/globals';
import { recordSpans, type RecordedSpan } from '@eventfleet/testing';
import type { CommandRequest } from './command-request.js';
import type { CommandResult } from './command-result.js';
import { traceAppend, traceCommand } from './command-spans.js';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const accepted: CommandResult = { kind: 'accepted', version: 1, events: [] };
const request: CommandRequest<{ type: string; email: string }> = {
  aggregateId: 'a',
  command: { type: 'create-user', email: 'ada@example.org' },
  metadata: { correlationId: 'c', causationId: 'k', traceparent: TRACEPARENT, actor: 'ada@example.org' },
};

it('a command is executed as it came while tracing is off', async () => {
  const execute = jest.fn<(executed: typeof request) => Promise<CommandResult>>().mockResolvedValue(accepted);
  await traceCommand('user', request, execute);
  expect(execute.mock.calls).toEqual([[request]]);
  expect(execute.mock.calls[0]![0]).toBe(request);
});

describe('while tracing is on', () => {
  let spans: RecordedSpan[];
  beforeAll(async () => {
    spans = await recordSpans();
  });
  beforeEach(() => void (spans.length = 0));

  it('the events of a command carry its span, and its append lies below it', async () => {
    let carried = '';
    const result = await traceCommand('user', request, async (traced) => {
      carried = traced.metadata.traceparent;
      await traceAppend([traced], async () => undefined);
      return accepted;
    });

    expect(result).toBe(accepted);
    const command = spans.find(({ name }) => name === 'create-user')!;
    const append = spans.find(({ name }) => name === 'append events')!;
    const batch = spans.find(({ name }) => name === 'append batch')!;
    expect(carried).toBe(`00-${command.context.traceId}-${command.context.spanId}-01`);
    expect(command).toMatchObject({
      parentSpanId: '00f067aa0ba902b7',
      attributes: {
        'eventfleet.correlation_id': 'c',
        'eventfleet.outcome': 'accepted',
        'user.hash': expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      },
    });
    expect(append).toMatchObject({ parentSpanId: command.context.spanId, links: [batch.context.spanId] });
    expect(batch).toMatchObject({ parentSpanId: undefined, links: [command.context.spanId] });
    expect(JSON.stringify(spans)).not.toContain('ada@example.org');
  });

  it('an append that fails fails its spans, and the error goes on', async () => {
    const conflict = Object.assign(new Error('duplicate'), { code: '23505' });
    await expect(traceAppend([request], () => Promise.reject(conflict))).rejects.toBe(conflict);
    expect(spans.map(({ failed }) => failed)).toEqual([true, true]);
  });
});
