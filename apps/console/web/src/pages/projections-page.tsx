import { useSignal } from '@preact/signals';
import type {
  JobName,
  JobView,
  ProjectionView,
  RebuildView,
} from '../../../src/projections/projections.view.ts';
import { post } from '../core/api.ts';
import { count, instant, number, seconds } from '../core/format.ts';
import { useLive } from '../core/use-live.ts';
import { Badge, LiveBadge, Problem, Scrolling, Waiting } from '../parts/basics.tsx';
import { Confirm } from '../parts/confirm.tsx';

const MEGABYTE = 1024 * 1024;
const PHASES: Readonly<Record<RebuildView['phase'], string>> = {
  copying: 'copying what the events come to',
  indexing: 'making the indexes',
  'one-by-one': 'applying event by event what could not be copied',
  'catching-up': 'catching up from Kafka',
  ready: 'ready',
};
const TONES = {
  running: 'plain',
  done: 'ok',
  stopped: 'warning',
  refused: 'warning',
  failed: 'error',
} as const;

/** What a job does, and what is asked before it begins. */
interface Asked {
  readonly projection: string;
  readonly job: JobName;
  readonly title: string;
  readonly text: string;
  readonly acceptDifferences?: boolean;
}

/** Read models: rebuilt beside the live one, compared, switched. */
export function ProjectionsPage() {
  const { state, connection } = useLive<readonly ProjectionView[]>('/api/projections/live');
  const asked = useSignal<Asked | undefined>(undefined);
  return (
    <>
      <div class="title">
        <h1>Read models</h1>
        <LiveBadge connection={connection} />
      </div>
      <p>A rebuild makes a new generation beside the live one, which serves queries all the while.</p>
      {!state.value && <Waiting />}
      {state.value?.map((each) => (
        <Projection key={each.projection} view={each} onAsk={(next) => (asked.value = next)} />
      ))}
      {asked.value && (
        <Confirm
          title={asked.value.title}
          act={asked.value.title}
          concerns={1}
          onAct={() => begin(asked.value!)}
          onClose={() => (asked.value = undefined)}
        >
          <p>{asked.value.text}</p>
        </Confirm>
      )}
    </>
  );
}

async function begin({ projection, job, acceptDifferences = false }: Asked): Promise<void> {
  await post('/api/projections/jobs', { projection, job, acceptDifferences });
}

interface ProjectionProps {
  readonly view: ProjectionView;
  readonly onAsk: (asked: Asked) => void;
}

function Projection({ view, onAsk }: ProjectionProps) {
  const { projection, generations, rebuild, isBusy, job } = view;
  const error = useSignal<Error | undefined>(undefined);
  const isRunning = job?.state === 'running';
  async function stop(): Promise<void> {
    try {
      await post('/api/projections/stops', { projection });
      error.value = undefined;
    } catch (reason) {
      error.value = reason instanceof Error ? reason : undefined;
    }
  }
  return (
    <section class="panel" aria-labelledby={projection}>
      <h2 id={projection}>{projection}</h2>
      <ul class="plain">
        {generations.map(({ generation, bytes, parkedKeys }) => (
          <li key={generation}>
            <strong>{generation}</strong>: {number(Math.ceil(bytes / MEGABYTE))} MB
            {parkedKeys > 0 && `, ${count(parkedKeys, 'key')} parked`}
          </li>
        ))}
      </ul>
      {rebuild && <Progress rebuild={rebuild} isBusy={isBusy} label={`Rebuild of ${projection}`} />}
      {job && <Job job={job} />}
      <Problem error={error.value} />
      <div class="buttons">
        {isRunning && (
          <button type="button" onClick={() => void stop()}>
            Stop
          </button>
        )}
        {!isBusy &&
          !isRunning &&
          jobsOf(view).map((each) => (
            <button type="button" key={each.title} onClick={() => onAsk(each)}>
              {each.title} …
            </button>
          ))}
      </div>
      {isBusy && !isRunning && <p role="status">Another process works on it.</p>}
    </section>
  );
}

/** What can be done now. */
function jobsOf({ projection, generations, rebuild }: ProjectionView): readonly Asked[] {
  const has = (name: string) => generations.some(({ generation }) => generation === name);
  const asked = (job: JobName, title: string, text: string): Asked => ({ projection, job, title, text });
  const jobs: Asked[] = [];
  if (rebuild?.phase !== 'ready')
    jobs.push(
      asked(
        'rebuild',
        rebuild ? 'Go on with the rebuild' : 'Rebuild',
        'A new generation is built from the event store. The live one is not touched.',
      ),
    );
  if (rebuild?.phase === 'ready')
    jobs.push(
      asked('compare', 'Compare', 'Both generations are brought to one checkpoint and compared row by row.'),
    );
  if (rebuild?.phase === 'ready' && rebuild.comparedAt !== null) {
    const differences = rebuild.differences ?? 0;
    jobs.push({
      ...asked(
        'switch',
        'Switch',
        'The new generation becomes the live one; the live one stays as the previous one.',
      ),
      ...(differences > 0 && {
        acceptDifferences: true,
        title: 'Switch in spite of differences',
        text: `The last comparison found ${count(differences, 'row')} that differ. Switch only if the new generation is right.`,
      }),
    });
  }
  if (has('previous') && !has('new'))
    jobs.push(
      asked('rollback', 'Go back to the previous one', 'The previous generation becomes the live one again.'),
    );
  if (has('new'))
    jobs.push(
      asked('drop-new', 'Drop the new one', 'The new generation is dropped, with all that was built of it.'),
    );
  if (has('previous'))
    jobs.push(asked('drop-previous', 'Drop the previous one', 'There is no way back to it then.'));
  return jobs;
}

function Progress({ rebuild, isBusy, label }: { rebuild: RebuildView; isBusy: boolean; label: string }) {
  const { phase, events, expectedEvents, eventsPerSecond, recordsLeft, comparedAt, differences } = rebuild;
  const expected = Math.max(events, expectedEvents);
  return (
    <div role="status">
      <p>
        {phase !== 'ready' && !isBusy && <Badge tone="warning">paused</Badge>} {PHASES[phase]}
        {phase === 'copying' && `: ${number(events)} of about ${number(expected)} events`}
        {phase === 'copying' && eventsPerSecond
          ? `, ${number(Math.round(eventsPerSecond))}/s, ${seconds((expected - events) / eventsPerSecond)} left`
          : ''}
        {phase === 'catching-up' && recordsLeft !== null && `: ${count(recordsLeft, 'record')} left`}
      </p>
      {phase === 'copying' && <progress max={Math.max(expected, 1)} value={events} aria-label={label} />}
      {comparedAt !== null && (
        <p>
          compared at {instant(comparedAt)}: {count(differences ?? 0, 'row')}{' '}
          {differences === 1 ? 'differs' : 'differ'}
        </p>
      )}
    </div>
  );
}

function Job({ job: { job, state, text, comparison } }: { job: JobView }) {
  return (
    <div role="status">
      <p>
        <Badge tone={TONES[state]}>{state}</Badge> {job}: {text}
      </p>
      {comparison && comparison.examples.length > 0 && (
        <Scrolling label="Rows that differ">
          <table class="list">
            <thead>
              <tr>
                <th scope="col">table</th>
                <th scope="col">key</th>
                <th scope="col">difference</th>
              </tr>
            </thead>
            <tbody>
              {comparison.examples.map(({ table, key, kind, columns }) => (
                <tr key={`${table} ${key}`}>
                  <td>{table}</td>
                  <th scope="row">
                    <code>{key}</code>
                  </th>
                  <td>
                    {kind} {columns.join(', ')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
    </div>
  );
}
