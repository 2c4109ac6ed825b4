import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@eventfleet/embedded';
import { describeWithRabbitmq, eventually, uniquePrefix, type AppProcess } from '@eventfleet/testing';
import pg from 'pg';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { reflecting, send, type Answer } from '../e2e/support/http.js';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '../e2e/support/otlp-receiver.js';
import { spanTree } from '../e2e/support/span-tree.js';
import { emailOf } from '../e2e/support/users.js';

/** The reminder comes half-way, or not at all if that is late by as much. What comes at the end is left out of the tree. */
const ONBOARDING_TIMEOUT = '16s';
const DEADLINE = { deadlineMs: 60_000 };
const MAX_LINKS = 128;

interface Traceparent {
  readonly text: string;
  readonly traceId: string;
  readonly spanId: string;
}

function makeTraceparent(flags = '01'): Traceparent {
  const traceId = randomBytes(16).toString('hex');
  const spanId = randomBytes(8).toString('hex');
  return { text: `00-${traceId}-${spanId}-${flags}`, traceId, spanId };
}

/** A request until its row, its mail, and the mail that its saga has had sent. */
const WHOLE_TREE = [
  'command-api: POST /users',
  '  command-api: create-user',
  '    command-api: append events',
  '    command-api: send user-events (kafka)',
  '    command-api: send user-events (rabbitmq)',
  '    notifier: process notifier.user-events',
  '      notifier: send mail (welcome)',
  '    process-manager: process user-events (onboarding)',
  '      process-manager: fire remind',
  '        command-api: process user-commands (command-api)',
  '          command-api: remind-user',
  '            command-api: append events',
  '            command-api: send user-events (kafka)',
  '            command-api: send user-events (rabbitmq)',
  '            notifier: process notifier.user-events',
  '              notifier: send mail (reminder)',
  '            process-manager: process user-events (onboarding)',
  '            projector: process user-events (user-list)',
  '            projector: process user-events (user-stats)',
  '          command-api: send user-command-replies (kafka)',
  '        process-manager: send user-commands (kafka)',
  '    projector: process user-events (user-list)',
  '    projector: process user-events (user-stats)',
];

describeWithRabbitmq('traces of a fleet', (rabbitmqUrl) => {
  let dataDir: string;
  let receiver: OtlpReceiver;
  let fleet: Fleet;
  let reactions: AppProcess[];
  let store: pg.Pool;
  let users: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'eventfleet-traces-'));
    receiver = await startOtlpReceiver();
    const env = {
      ...receiver.env,
      RABBITMQ_URL: rabbitmqUrl,
      RABBITMQ_PREFIX: uniquePrefix('traces'),
      EVENTFLEET_DATA_DIR: dataDir,
      USER_EVENTS_PARTITIONS: '3',
      ONBOARDING: 'on',
      ONBOARDING_TIMEOUT,
      VERIFICATION_SECRET: 'a-secret-that-only-this-test-knows',
    };
    fleet = await startFleet('traces', { projectors: 1, queryApis: 1, env });
    reactions = await Promise.all(['process-manager', 'notifier'].map((app) => fleet.start(app)));
    store = new pg.Pool({ connectionString: fleet.eventStoreUrl });
    users = `${fleet.commandApis[0]!.url}/users`;
  });
  afterAll(async () => {
    await store.end();
    await fleet.stop();
    receiver.close();
    await rm(dataDir, { recursive: true });
  });

  function create(id: string, traceparent: Traceparent): Promise<Answer> {
    const user = { id, name: `Name of ${id}`, email: emailOf(id) };
    return send('POST', users, user, { traceparent: traceparent.text, 'X-Correlation-Id': id });
  }

  const ofTrace = ({ traceId }: Traceparent) => receiver.spans.filter((span) => span.traceId === traceId);

  function labelOf({ service, name, attributes }: ReceivedSpan): string | undefined {
    if (name === 'fire expire') return undefined;
    const short = name.replace(fleet.topicPrefix, '');
    const detail = name.startsWith('send ')
      ? (attributes['eventfleet.mail'] ?? attributes['messaging.system'])
      : attributes['messaging.consumer.group.name'];
    const shown = (typeof detail === 'string' ? detail : '').replace(fleet.topicPrefix, '');
    return `${service.replace('eventfleet-', '')}: ${short}${shown ? ` (${shown})` : ''}`;
  }

  const treeOf = (traceparent: Traceparent) => spanTree(ofTrace(traceparent), traceparent.spanId, labelOf);

  async function storedTraceparents(userId: string): Promise<string[]> {
    const { rows } = await store.query<{ traceparent: string }>(
      'select traceparent from events where aggregate_id = $1 order by version',
      [userId],
    );
    return rows.map((row) => row.traceparent);
  }

  describe('of a request that its client traces', () => {
    const client = makeTraceparent();
    const id = randomUUID();
    let answer: Answer;

    beforeAll(async () => {
      answer = await create(id, client);
      expect(answer.status).toBe(201);
      await eventually(
        () => {
          expect(treeOf(client)).toEqual(WHOLE_TREE);
          return true;
        },
        { ...DEADLINE, describe: 'the whole tree' },
      );
    });

    it('is one trace through every hop, and none of its spans has failed', () => {
      expect(treeOf(client)).toEqual(WHOLE_TREE);
      expect(ofTrace(client).filter(({ failed }) => failed)).toEqual([]);
    });

    it('is the trace that is echoed and stored: what an event causes lies below its command', async () => {
      expect(answer.headers.get('traceparent')).toBe(client.text);
      const commands = ofTrace(client).filter(({ name }) => /^(create|remind)-user$/.test(name));
      const [created, reminded] = await storedTraceparents(id);
      expect(new Set([created, reminded])).toEqual(
        new Set(commands.map(({ spanId }) => `00-${client.traceId}-${spanId}-01`)),
      );
    });

    it('leads to the batches that its parts were done in, and they lead back', () => {
      const parts = ofTrace(client).filter(({ name }) => /^(append|fire|send user|process) ?/.test(name));
      const inBatches = parts.filter(
        ({ attributes, name }) =>
          name !== 'process notifier.user-events' &&
          !String(attributes['messaging.consumer.group.name']).endsWith('command-api'),
      );
      expect(inBatches.length).toBeGreaterThanOrEqual(10);
      for (const part of inBatches) {
        const batch = receiver.spans.find(({ spanId }) => spanId === part.links[0]?.spanId);
        expect(batch).toMatchObject({ service: part.service, traceId: part.links[0]?.traceId });
        expect(batch?.parentSpanId).toBeUndefined();
        expect(batch?.links).toContainEqual(
          expect.objectContaining({ traceId: client.traceId, spanId: part.parentSpanId }),
        );
      }
    });

    it('is found by its correlation id, and from the logs', async () => {
      const server = ofTrace(client).find(({ name }) => name === 'POST /users');
      expect(server?.attributes).toMatchObject({ 'eventfleet.correlation_id': id, 'http.route': '/users' });
      const apps = [fleet.commandApis[0]!, fleet.projectors[0]!, reactions[0]!];
      for (const app of apps) {
        await eventually(() => traceIdsOf(app.logs()).has(client.traceId), {
          describe: 'a line of the trace',
        });
      }
    });

    it('is asked for by queries too', async () => {
      const query = makeTraceparent();
      const headers = { ...reflecting(answer), traceparent: query.text };
      await send('GET', `${fleet.queryApis[0]!.url}/users/${id}`, undefined, headers);
      await eventually(() => {
        expect(treeOf(query)).toEqual(['query-api: GET /users/:id']);
        return true;
      });
    });

    it('shows nothing personal', () => {
      const all = receiver.bodies.join('\n');
      expect(all).not.toContain(emailOf(id));
      expect(all).not.toContain(`Name of ${id}`);
    });
  });

  it('are made by the fleet for a client that names none', async () => {
    const id = randomUUID();
    const answer = await send('POST', users, { id, name: 'Ada', email: emailOf(id) });
    const [, traceId, spanId] = answer.headers.get('traceparent')!.split('-');
    await eventually(() => receiver.spans.some((span) => span.traceId === traceId && span.spanId === spanId));
  });

  it('are not made of what the client does not sample, at any hop', async () => {
    const [unsampled, sampled] = [makeTraceparent('00'), makeTraceparent()];
    const id = randomUUID();
    expect((await create(id, unsampled)).status).toBe(201);
    const [stored] = await storedTraceparents(id);
    expect(stored).toMatch(new RegExp(`^00-${unsampled.traceId}-[\\da-f]{16}-00$`));
    expect((await create(randomUUID(), sampled)).status).toBe(201);
    await eventually(() => treeOf(sampled).some((line) => line.includes('send mail')), DEADLINE);
    expect(ofTrace(unsampled)).toEqual([]);
  });

  it('show a refused and a failed request as what they are', async () => {
    const refused = makeTraceparent();
    const answer = await send('DELETE', `${users}/${randomUUID()}`, undefined, { traceparent: refused.text });
    expect(answer.status).toBe(404);
    const command = await eventually(() => ofTrace(refused).find(({ name }) => name === 'delete-user'));
    expect(command).toMatchObject({ failed: false, attributes: { 'eventfleet.outcome': 'refused' } });
  });

  it('of a burst have each its own tree, and batches have at most 128 links', async () => {
    const clients = Array.from({ length: 200 }, () => makeTraceparent());
    await Promise.all(clients.map((client) => create(randomUUID(), client)));
    const row = '    projector: process user-events (user-list)';
    await eventually(() => clients.every((client) => treeOf(client).includes(row)), DEADLINE);
    const batches = receiver.spans.filter(({ parentSpanId, links }) => !parentSpanId && links.length > 0);
    expect(Math.max(...batches.map(({ links }) => links.length))).toBeGreaterThan(1);
    expect(Math.max(...batches.map(({ links }) => links.length))).toBeLessThanOrEqual(MAX_LINKS);
  });
});

describe('command-api', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet('traces-off', { commandApis: 0 });
  });
  afterAll(() => fleet.stop());

  const createAt = ({ url }: AppProcess) => {
    const id = randomUUID();
    return send('POST', `${url}/users`, { id, name: 'Ada', email: emailOf(id) });
  };

  it('serves, and stops in order, while the receiver of its traces is away', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const app = await fleet.start('command-api', {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    });
    expect((await createAt(app)).status).toBe(201);
    expect(await app.stop()).toBe('exit code 0');
  });

  it.each([
    ['no receiver is named', {}, true],
    [
      'the SDK is disabled',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' },
      true,
    ],
    ['a receiver is named', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }, false],
  ])('loads the SDK only if it is on: %s', async (_, env, runs) => {
    const refusal = `import { registerHooks } from 'node:module';
      registerHooks({ resolve(name, context, next) {
        if (name.startsWith('@opentelemetry/sdk')) throw new Error('the SDK is loaded');
        return next(name, context);
      } });`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(refusal)}`;
    const started = fleet.start('command-api', { ...env, NODE_OPTIONS });
    if (runs) expect((await createAt(await started)).status).toBe(201);
    else await expect(started).rejects.toThrow('the SDK is loaded');
  });
});

function traceIdsOf(log: string): Set<unknown> {
  const lines = log.split('\n').filter((line) => line.startsWith('{'));
  return new Set(
    lines.flatMap((line) => {
      const { trace_id: one, trace_ids: several } = JSON.parse(line) as Record<string, unknown>;
      return Array.isArray(several) ? (several as unknown[]) : [one];
    }),
  );
}
