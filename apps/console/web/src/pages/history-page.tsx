import { useSignal } from '@preact/signals';
import type {
  ConflictEventView,
  ConflictMark,
  ConflictsView,
  ConflictView,
} from '../../../src/history/history.view.ts';
import { get, post } from '../core/api.ts';
import { count } from '../core/format.ts';
import { useLoad } from '../core/use-load.ts';
import { Badge, Problem, Scrolling, Time, Waiting } from '../parts/basics.tsx';
import { Confirm } from '../parts/confirm.tsx';

const MEANS: Readonly<Record<ConflictMark, { act: string; text: string }>> = {
  adopt: {
    act: 'Adopt the published events',
    text: 'The published events are true: they replace those of the store, which are kept aside.',
  },
  keep: {
    act: 'Keep those of the store',
    text: 'The events of the store are true: the published ones are given up.',
  },
};

/** Where the event store and what was published tell different stories. */
export function HistoryPage() {
  const { data, error, reload } = useLoad<ConflictsView>('conflicts', (signal) =>
    get('/api/history', signal),
  );
  return (
    <>
      <h1>History</h1>
      <p>
        After a restore or a fail-over the event store may lack events that were published. What contradicts
        it waits for you.
      </p>
      <Problem error={error.value} />
      {!data.value && !error.value && <Waiting />}
      {data.value?.total === 0 && (
        <p class="calm" role="status">
          ✓ The history has no conflicts.
        </p>
      )}
      {data.value && data.value.total > data.value.conflicts.length && (
        <p>
          The first {data.value.conflicts.length} of {count(data.value.total, 'conflict')}.
        </p>
      )}
      {data.value?.conflicts.map((each) => (
        <Conflict key={each.aggregateId} conflict={each} onDone={reload} />
      ))}
    </>
  );
}

function Conflict({ conflict, onDone }: { conflict: ConflictView; onDone: () => void }) {
  const { aggregateType, aggregateId, mark, published, stored } = conflict;
  const asked = useSignal<ConflictMark | undefined>(undefined);
  async function act(chosen: ConflictMark): Promise<void> {
    await post('/api/history/marks', { mark: chosen, id: aggregateId, expected: 1 });
    onDone();
  }
  return (
    <section class="panel" aria-labelledby={aggregateId}>
      <h2 id={aggregateId}>
        {aggregateType}{' '}
        <a href={`/users/${aggregateId}`}>
          <code>{aggregateId}</code>
        </a>{' '}
        {mark !== null && <Badge tone="plain">marked for {mark}</Badge>}
      </h2>
      <Events label="In the event store" events={stored} />
      <Events label="Published" events={published} />
      <div class="buttons">
        {(['adopt', 'keep'] as const).map((each) => (
          <button type="button" key={each} onClick={() => (asked.value = each)}>
            {MEANS[each].act} …
          </button>
        ))}
      </div>
      {asked.value && (
        <Confirm
          title={MEANS[asked.value].act}
          act={MEANS[asked.value].act}
          concerns={1}
          onAct={() => act(asked.value!)}
          onClose={() => (asked.value = undefined)}
        >
          <p>{MEANS[asked.value].text} The running command-api acts on it within seconds.</p>
        </Confirm>
      )}
    </section>
  );
}

function Events({ label, events }: { label: string; events: readonly ConflictEventView[] }) {
  return (
    <>
      <h3>{label}</h3>
      {events.length === 0 ? (
        <p>Nothing from this version on.</p>
      ) : (
        <Scrolling label={label}>
          <table class="list">
            <tbody>
              {events.map(({ version, type, eventId, occurredAt, data, reason }) => (
                <tr key={eventId}>
                  <td class="number">{version}</td>
                  <th scope="row">{type}</th>
                  <td>
                    <code>{data}</code>
                  </td>
                  <td>
                    <Time at={occurredAt} />
                  </td>
                  <td>{reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
    </>
  );
}
