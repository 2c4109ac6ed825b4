import type { MarkedView, ParkedTotalsView, SampleView } from '../../../src/parked/parked.view.ts';
import { post } from '../core/api.ts';
import { count } from '../core/format.ts';
import { useLoad } from '../core/use-load.ts';
import { Problem, Waiting } from './basics.tsx';
import { Confirm } from './confirm.tsx';

interface RetryAllProps {
  readonly totals: ParkedTotalsView;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Tries some keys, says what came of it, and asks for the number of all before it acts. */
export function RetryAll({ totals: { projection, keys, events, canTry }, onDone, onClose }: RetryAllProps) {
  async function act(): Promise<void> {
    await post<MarkedView>('/api/parked/marks', { projection, mark: 'retry', expectedKeys: keys });
    onDone();
  }
  return (
    <Confirm
      title={`Retry every key of ${projection}`}
      act={`Retry ${count(keys, 'key')}`}
      concerns={keys}
      onAct={act}
      onClose={onClose}
    >
      <p>
        {count(events, 'event')} of {count(keys, 'key')} will be applied again, each key from its first event
        on.
      </p>
      {canTry ? (
        <Sample projection={projection} />
      ) : (
        <p>Retries of process managers cannot be tried first.</p>
      )}
    </Confirm>
  );
}

function Sample({ projection }: { projection: string }) {
  const { data, error } = useLoad<SampleView>(projection, () => post('/api/parked/samples', { projection }));
  if (error.value) return <Problem error={error.value} />;
  if (!data.value) return <Waiting>Trying some of them, without any effect …</Waiting>;
  const { tried, clean, faults } = data.value;
  return (
    <div role="status">
      <p>
        Of {count(tried, 'key')} that {tried === 1 ? 'was' : 'were'} tried, {clean} would come right.
      </p>
      <ul>
        {faults.map(({ code, message, keys }) => (
          <li key={code}>
            {count(keys, 'key')} would stop: {code}, {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
