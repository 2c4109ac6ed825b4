import { useSignal } from '@preact/signals';
import type {
  DeadLetterOverviewView,
  DeadLettersPage as Page,
  DeadLetterView,
  RetriedView,
} from '../../../src/dead-letters/dead-letters.view.ts';
import { get, post, queryString } from '../core/api.ts';
import { count, number } from '../core/format.ts';
import { query } from '../core/router.ts';
import { useLoad } from '../core/use-load.ts';
import { Badge, Problem, Time, Waiting } from '../parts/basics.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Pager } from '../parts/pager.tsx';
import { Record } from '../parts/record.tsx';

/** What is to be published again. */
interface Asked {
  readonly what: string;
  readonly concerns: number;
  readonly body: unknown;
}

/** Records and messages that a consumer set aside, by topic and queue. */
export function DeadLettersPage() {
  const topic = query.value.get('topic');
  const { data, error, reload } = useLoad<DeadLetterOverviewView>('all', (signal) =>
    get('/api/dead-letters', signal),
  );
  const asked = useSignal<Asked | undefined>(undefined);
  const done = useSignal('');
  async function act({ body }: Asked): Promise<void> {
    const { retried, passedOver } = await post<RetriedView>('/api/dead-letters/retries', body);
    done.value = `${number(retried)} published again${passedOver > 0 ? `, ${number(passedOver)} passed over` : ''}.`;
    reload();
  }
  return (
    <>
      <h1>Dead letters</h1>
      <p>
        What a consumer could not handle, with its original bytes. To retry publishes it again, where it came
        from.
      </p>
      <p role="status">{done.value}</p>
      <Problem error={error.value} />
      {data.value ? (
        <Overview overview={data.value} onAsk={(next) => (asked.value = next)} />
      ) : (
        !error.value && <Waiting />
      )}
      {topic !== null && <Letters key={topic} topic={topic} onAsk={(next) => (asked.value = next)} />}
      {asked.value && (
        <Confirm
          title={`Publish again: ${asked.value.what}`}
          act={`Publish ${number(asked.value.concerns)} again`}
          concerns={asked.value.concerns}
          onAct={() => act(asked.value!)}
          onClose={() => (asked.value = undefined)}
        >
          <p>
            {count(asked.value.concerns, 'record')} will be published again. Consumers drop what they have
            applied already.
          </p>
        </Confirm>
      )}
    </>
  );
}

interface OverviewProps {
  readonly overview: DeadLetterOverviewView;
  readonly onAsk: (asked: Asked) => void;
}

function Overview({ overview: { topics, queues }, onAsk }: OverviewProps) {
  const chosen = query.value.get('topic');
  return (
    <ul class="totals">
      {topics.map(({ topic, total, waiting }) => (
        <li key={topic}>
          <a
            href={`/dead-letters?topic=${encodeURIComponent(topic)}`}
            aria-current={chosen === topic ? 'true' : undefined}
          >
            {topic}
          </a>
          : {number(waiting)} waiting, {number(total)} in all
          {waiting > 0 && (
            <button
              type="button"
              onClick={() => onAsk({ what: topic, concerns: waiting, body: { topic, expected: waiting } })}
            >
              Retry all {number(waiting)} …
            </button>
          )}
        </li>
      ))}
      {queues.map(({ queue, waiting, oldest }) => (
        <li key={queue}>
          <code>{queue}</code> (RabbitMQ): {number(waiting)} waiting
          {oldest && (
            <>
              , the oldest: <Badge tone="error">{oldest.code}</Badge> {oldest.message},{' '}
              <Time at={oldest.at} />
            </>
          )}
          {waiting > 0 && (
            <button
              type="button"
              onClick={() => onAsk({ what: queue, concerns: waiting, body: { queue, expected: waiting } })}
            >
              Retry all {number(waiting)} …
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Letters({ topic, onAsk }: { topic: string; onAsk: OverviewProps['onAsk'] }) {
  const before = useSignal<string | undefined>(undefined);
  const path = `/api/dead-letters/${encodeURIComponent(topic)}${queryString({ before: before.value })}`;
  const { data, error } = useLoad<Page>(path, (signal) => get(path, signal));
  if (error.value) return <Problem error={error.value} />;
  if (!data.value) return <Waiting />;
  const { items, nextCursor } = data.value;
  return (
    <section class="panel" aria-labelledby="letters">
      <h2 id="letters">{topic}</h2>
      {items.length === 0 && <p>It is empty.</p>}
      <ol class="events">
        {items.map((letter) => (
          <Letter key={letter.record.offset} topic={topic} letter={letter} onAsk={onAsk} />
        ))}
      </ol>
      <Pager before={before} nextCursor={nextCursor} />
    </section>
  );
}

interface LetterProps {
  readonly topic: string;
  readonly letter: DeadLetterView;
  readonly onAsk: OverviewProps['onAsk'];
}

function Letter({ topic, letter: { record, origin, error, canRetry }, onAsk }: LetterProps) {
  const { offset } = record;
  return (
    <li>
      <p>
        {error ? (
          <>
            <Badge tone="error">{error.code}</Badge> {error.message}, {count(error.attempts, 'attempt')},{' '}
            <Time at={error.at} />
          </>
        ) : (
          <Badge tone="plain">does not say where it came from</Badge>
        )}
        {origin && (
          <>
            , from{' '}
            <code>
              {origin.topic}/{origin.partition}/{origin.offset}
            </code>
          </>
        )}
      </p>
      {canRetry && (
        <button
          type="button"
          onClick={() => onAsk({ what: `${topic}/0/${offset}`, concerns: 1, body: { topic, offset } })}
        >
          Retry this one …
        </button>
      )}
      <details>
        <summary>Record</summary>
        <Record record={record} />
      </details>
    </li>
  );
}
