import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { MarkedView, ParkedEventView, ParkingMark } from '../../../src/parked/parked.view.ts';
import { ApiError, get, post, queryString } from '../core/api.ts';
import { count } from '../core/format.ts';
import { useLoad } from '../core/use-load.ts';
import { Badge, Problem, Time, Waiting } from './basics.tsx';
import { Confirm } from './confirm.tsx';
import { Record } from './record.tsx';
import { Trial } from './trial.tsx';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const LOOK_EVERY_MS = 500;

interface ParkedKeyProps {
  readonly projection: string;
  readonly parkedKey: string;
  readonly onDone: () => void;
}

const ASK: Readonly<Record<ParkingMark, { title: string; act: string }>> = {
  retry: { title: 'Retry this key', act: 'Retry now' },
  discard: { title: 'Discard its first event', act: 'Discard now' },
};

/** The parked events of a key, and what can be done about them. */
export function ParkedKey({ projection, parkedKey, onDone }: ParkedKeyProps) {
  const path = `/api/parked/events${queryString({ projection, key: parkedKey })}`;
  const { data, error, reload } = useLoad<readonly ParkedEventView[]>(path, (signal) => get(path, signal));
  const asked = useSignal<ParkingMark | undefined>(undefined);
  const isGone = error.value instanceof ApiError && error.value.code === 'nothing-parked';
  const isMarked = !isGone && (data.value?.[0]?.mark ?? null) !== null;
  useEffect(() => {
    if (!isMarked) return undefined;
    const timer = setInterval(reload, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isMarked]);
  useEffect(() => {
    if (isGone && data.value) onDone();
  }, [isGone]);

  async function act(mark: ParkingMark): Promise<void> {
    await post<MarkedView>('/api/parked/marks', { projection, key: parkedKey, mark, expectedKeys: 1 });
    reload();
  }

  return (
    <section class="panel" aria-labelledby="parked-key">
      <h2 id="parked-key">
        {projection}: <code>{parkedKey === '' ? '(no key)' : parkedKey}</code>
      </h2>
      {UUID.test(parkedKey) && (
        <p>
          <a href={`/users/${parkedKey}`}>The user with this id</a>
        </p>
      )}
      {isGone ? (
        <p class="calm" role="status">
          ✓ Nothing of this key is parked any more.
        </p>
      ) : (
        <Problem error={error.value} />
      )}
      {!data.value && !error.value && <Waiting />}
      {!isGone && data.value && (
        <>
          {isMarked && (
            <p role="status">Marked for {data.value[0]?.mark}. Its consumer acts on it within a second.</p>
          )}
          <div class="buttons">
            <button type="button" class="primary" onClick={() => (asked.value = 'retry')}>
              Try a retry …
            </button>
            <button type="button" onClick={() => (asked.value = 'discard')}>
              Try a discard …
            </button>
          </div>
          <ol class="events">
            {data.value.map((event, place) => (
              <Event key={event.record.offset} event={event} isFirst={place === 0} />
            ))}
          </ol>
        </>
      )}
      {asked.value && (
        <Confirm
          title={ASK[asked.value].title}
          act={ASK[asked.value].act}
          concerns={1}
          onAct={() => act(asked.value!)}
          onClose={() => (asked.value = undefined)}
        >
          <Trial projection={projection} parkedKey={parkedKey} mark={asked.value} />
        </Confirm>
      )}
    </section>
  );
}

function Event({ event, isFirst }: { event: ParkedEventView; isFirst: boolean }) {
  const { record, errorCode, errorMessage, attempts, parkedAt } = event;
  return (
    <li>
      <p>
        {errorCode === null ? (
          <Badge tone="plain">{isFirst ? 'not tried yet' : 'waits behind it'}</Badge>
        ) : (
          <>
            <Badge tone="error">{errorCode}</Badge> {errorMessage}, {count(attempts, 'attempt')}
          </>
        )}
        , parked <Time at={parkedAt} />
      </p>
      <details open={isFirst}>
        <summary>Record</summary>
        <Record record={record} />
      </details>
    </li>
  );
}
