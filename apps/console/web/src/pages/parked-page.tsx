import { useSignal } from '@preact/signals';
import type { ParkedKeyView, ParkedOverview, ParkedTotalsView } from '../../../src/parked/parked.view.ts';
import { get } from '../core/api.ts';
import { count, number } from '../core/format.ts';
import { query, replaceQuery } from '../core/router.ts';
import { useLoad } from '../core/use-load.ts';
import { Badge, Problem, Scrolling, Time, Waiting } from '../parts/basics.tsx';
import { ParkedKey } from '../parts/parked-key.tsx';
import { RetryAll } from '../parts/retry-all.tsx';

/** What could not be applied: by projection, then the keys, then the events of one key. */
export function ParkedPage() {
  const projection = query.value.get('projection');
  const key = query.value.get('key');
  const path =
    projection === null ? '/api/parked' : `/api/parked?projection=${encodeURIComponent(projection)}`;
  const { data, error, reload } = useLoad<ParkedOverview>(path, (signal) => get(path, signal));
  return (
    <>
      <h1>Parked events</h1>
      <p>
        An event that cannot be applied waits here, and so do all later events of its key. Everybody else goes
        on.
      </p>
      <Problem error={error.value} />
      {!data.value && !error.value && <Waiting />}
      {data.value && <Overview overview={data.value} projection={projection} onDone={reload} />}
      {projection !== null && key !== null && (
        <ParkedKey key={`${projection} ${key}`} projection={projection} parkedKey={key} onDone={reload} />
      )}
    </>
  );
}

interface OverviewProps {
  readonly overview: ParkedOverview;
  readonly projection: string | null;
  readonly onDone: () => void;
}

function Overview({ overview: { totals, keys }, projection, onDone }: OverviewProps) {
  const asked = useSignal<ParkedTotalsView | undefined>(undefined);
  const shown = totals.filter((each) => projection === null || each.projection === projection);
  if (shown.length === 0)
    return (
      <p class="calm" role="status">
        ✓ Nothing is parked{projection === null ? '' : ` in ${projection}`}.
      </p>
    );
  return (
    <>
      <ul class="totals">
        {shown.map((each) => (
          <li key={each.projection}>
            <a href={`/parked?projection=${encodeURIComponent(each.projection)}`}>{each.projection}</a>:{' '}
            {count(each.events, 'event')} of {count(each.keys, 'key')}
            <button type="button" onClick={() => (asked.value = each)}>
              Retry all {number(each.keys)} …
            </button>
          </li>
        ))}
      </ul>
      <Keys keys={keys} />
      {asked.value && (
        <RetryAll totals={asked.value} onDone={onDone} onClose={() => (asked.value = undefined)} />
      )}
    </>
  );
}

function Keys({ keys }: { keys: readonly ParkedKeyView[] }) {
  const chosen = query.value.get('key');
  return (
    <Scrolling label="Parked keys">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">key</th>
            <th scope="col">projection</th>
            <th scope="col">waiting</th>
            <th scope="col">error</th>
            <th scope="col">since</th>
          </tr>
        </thead>
        <tbody>
          {keys.map(({ projection, key, waiting, errorCode, errorMessage, attempts, parkedAt, mark }) => (
            <tr key={`${projection} ${key}`} class={chosen === key ? 'chosen' : ''}>
              <th scope="row">
                <button
                  type="button"
                  class="link"
                  onClick={() => replaceQuery({ projection, key })}
                  aria-expanded={chosen === key}
                >
                  <code>{key === '' ? '(no key)' : key}</code>
                </button>
              </th>
              <td>{projection}</td>
              <td class="number">{number(waiting)}</td>
              <td>
                <Badge tone="error">{errorCode ?? 'not tried yet'}</Badge> {errorMessage}
                {mark !== null && <Badge tone="plain">marked for {mark}</Badge>}
                <small> {count(attempts, 'attempt')}</small>
              </td>
              <td>
                <Time at={parkedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
