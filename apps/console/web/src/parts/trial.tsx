import type { ParkingMark, TrialView } from '../../../src/parked/parked.view.ts';
import { post } from '../core/api.ts';
import { count } from '../core/format.ts';
import { useLoad } from '../core/use-load.ts';
import { Badge, Problem, Waiting } from './basics.tsx';
import { Differences } from './differences.tsx';

interface TrialProps {
  readonly projection: string;
  readonly parkedKey: string;
  readonly mark: ParkingMark;
}

/** Does it in a transaction that is rolled back, and shows what would change. */
export function Trial({ projection, parkedKey, mark }: TrialProps) {
  const body = { projection, key: parkedKey, mark };
  const { data, error } = useLoad<TrialView>(JSON.stringify(body), () => post('/api/parked/trials', body));
  if (error.value) return <Problem error={error.value} />;
  if (!data.value) return <Waiting>Trying it, without any effect …</Waiting>;
  return <Effect trial={data.value} />;
}

function Effect({ trial }: { trial: TrialView }) {
  const { applied, removed, tried, fault, effect } = trial;
  const { before, after, counters } = effect;
  return (
    <>
      <p role="status">
        {fault ? (
          <>
            <Badge tone="error">would stop</Badge> at an event that cannot be applied:{' '}
            <strong>{fault.code}</strong>, {fault.message}.
          </>
        ) : after.waiting === 0 ? (
          <>
            <Badge tone="ok">would come right</Badge> nothing of this key would be parked any more.
          </>
        ) : (
          <>
            <Badge tone="ok">would go on</Badge> the first {count(tried, 'event')} can be applied; the others
            were not tried.
          </>
        )}
      </p>
      <p>
        {count(applied, 'event')} would be applied, {removed} of {before.waiting} would be gone. Nothing of it
        has happened yet.
      </p>
      <Differences
        before={{ version: before.version, waiting: before.waiting, ...before.row }}
        after={{ version: after.version, waiting: after.waiting, ...after.row }}
        labels={['now', 'afterwards']}
      />
      {counters.length > 0 && (
        <ul>
          {counters.map(({ counter, before: was, after: is }) => (
            <li key={counter}>
              {counter}: <del>{was}</del> <ins>{is}</ins>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
