import type { FleetView, Trouble } from '../../../src/fleet/fleet.view.ts';
import { useLive } from '../core/use-live.ts';
import { instant, number, seconds } from '../core/format.ts';
import { Badge, LiveBadge, Waiting } from '../parts/basics.tsx';
import { Flow } from '../parts/flow.tsx';

/** What is wrong comes first; then where events are on their way. */
export function FleetPage() {
  const { state, connection } = useLive<FleetView>('/api/fleet/live');
  const fleet = state.value;
  return (
    <>
      <div class="title">
        <h1>Fleet</h1>
        <LiveBadge connection={connection} />
      </div>
      {fleet ? <Fleet fleet={fleet} /> : <Waiting />}
    </>
  );
}

function Fleet({ fleet }: { fleet: FleetView }) {
  return (
    <>
      <Troubles troubles={fleet.troubles} />
      <section aria-labelledby="flow">
        <h2 id="flow">From a command to its row</h2>
        <Flow fleet={fleet} />
      </section>
      <Verifications fleet={fleet} />
    </>
  );
}

function Troubles({ troubles }: { troubles: readonly Trouble[] }) {
  if (troubles.length === 0) {
    return (
      <p class="calm">
        <span aria-hidden="true">✓</span> Nothing needs you. Every server answers, and nothing waits for an
        operator.
      </p>
    );
  }
  return (
    <section aria-labelledby="troubles">
      <h2 id="troubles">What needs you</h2>
      <ul class="troubles">
        {troubles.map(({ severity, what, why, todo, page }) => (
          <li key={what} class={severity}>
            <h3>
              <Badge tone={severity}>{severity}</Badge> {what}
            </h3>
            <p>{why}</p>
            <p class="todo">{todo}</p>
            {page !== null && <a href={page}>Show</a>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Verifications({ fleet: { verifications } }: { fleet: FleetView }) {
  if (verifications.length === 0) return null;
  return (
    <section aria-labelledby="verification">
      <h2 id="verification">Rows compared with the event store, all the time</h2>
      <ul class="plain">
        {verifications.map(({ projection, checked, lastPass }) => (
          <li key={projection}>
            <strong>{projection}</strong>: {number(checked)} in this pass
            {lastPass
              ? `; the last pass compared ${number(lastPass.checked)} in ${seconds(lastPass.seconds)}, until ${instant(lastPass.endedAt)}`
              : ''}
          </li>
        ))}
      </ul>
    </section>
  );
}
