import { useSignal } from '@preact/signals';
import type { ActionsPage as Page, RecordedAction } from '../../../src/actions/action.view.ts';
import { get, queryString } from '../core/api.ts';
import { useLoad } from '../core/use-load.ts';
import { Badge, Problem, Scrolling, Time, Waiting } from '../parts/basics.tsx';
import { Pager } from '../parts/pager.tsx';

const TONES = { done: 'ok', refused: 'warning', failed: 'error' } as const;

/** What operators did. */
export function ActionsPage() {
  const before = useSignal<string | undefined>(undefined);
  const path = `/api/actions${queryString({ before: before.value })}`;
  const { data, error } = useLoad<Page>(path, (signal) => get(path, signal));
  return (
    <>
      <h1>Actions</h1>
      <p>Every action is written down before it begins, and again at its end.</p>
      <Problem error={error.value} />
      {!data.value && !error.value && <Waiting />}
      {data.value && <Actions items={data.value.items} />}
      <Pager before={before} nextCursor={data.value?.nextCursor} />
    </>
  );
}

function Actions({ items }: { items: readonly RecordedAction[] }) {
  if (items.length === 0) return <p role="status">Nobody has done anything yet.</p>;
  return (
    <Scrolling label="Actions">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">when</th>
            <th scope="col">action</th>
            <th scope="col">target</th>
            <th scope="col">outcome</th>
            <th scope="col">by</th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ id, startedAt, action, target, outcome, result, face, actor }) => (
            <tr key={id}>
              <td>
                <Time at={startedAt} />
              </td>
              <th scope="row">{action}</th>
              <td>{facts(target)}</td>
              <td>
                {outcome === null ? (
                  <Badge tone="warning">under way, or interrupted</Badge>
                ) : (
                  <Badge tone={TONES[outcome]}>{outcome}</Badge>
                )}{' '}
                {result && facts(result)}
              </td>
              <td>{actor ?? face}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

function facts(of: Readonly<Record<string, unknown>>) {
  const present = Object.entries(of).filter(([, value]) => value !== null);
  return present.map(([name, value]) => (
    <span class="fact" key={name}>
      {name} <code>{String(value)}</code>
    </span>
  ));
}
