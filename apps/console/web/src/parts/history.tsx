import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { AuditItem, TimelinePage, UserAtVersion } from '../../../src/users/user.view.ts';
import { get, queryString } from '../core/api.ts';
import { query, replaceQuery } from '../core/router.ts';
import { useLoad } from '../core/use-load.ts';
import { Problem, Time, Waiting } from './basics.tsx';
import { Differences, type Fields } from './differences.tsx';

const PAGE = 50;

/** All versions of a user: a slider, the state at its version with the difference, and the events around it. */
export function History({ id, newest }: { id: string; newest: number }) {
  const asked = Number(query.value.get('version') ?? NaN);
  const version = Number.isInteger(asked) && asked >= 0 ? Math.min(asked, newest) : newest;
  const choose = (next: number) => replaceQuery({ version: next === newest ? null : String(next) });
  return (
    <section aria-labelledby="past">
      <h2 id="past">The past</h2>
      <div class="slider">
        <button
          type="button"
          onClick={() => choose(version - 1)}
          disabled={version <= 0}
          aria-label="One version back"
        >
          ‹
        </button>
        <label htmlFor="version">Version</label>
        <input
          id="version"
          type="range"
          min={0}
          max={newest}
          value={version}
          aria-valuetext={`version ${version} of ${newest}`}
          onInput={({ currentTarget }) => choose(currentTarget.valueAsNumber)}
        />
        <button
          type="button"
          onClick={() => choose(version + 1)}
          disabled={version >= newest}
          aria-label="One version on"
        >
          ›
        </button>
        <output for="version">
          {version} of {newest}
        </output>
      </div>
      <AtVersion id={id} version={version} />
      <Timeline id={id} newest={newest} version={version} choose={choose} />
    </section>
  );
}

function AtVersion({ id, version }: { id: string; version: number }) {
  const { data, error } = useLoad(`${id} ${version}`, async (signal) => {
    const at = (which: number) => get<UserAtVersion>(`/api/users/${id}/versions/${which}`, signal);
    const [before, after] = await Promise.all([at(Math.max(0, version - 1)), at(version)]);
    return { before, after };
  });
  if (error.value) return <Problem error={error.value} />;
  if (!data.value) return <Waiting />;
  const { before, after } = data.value;
  return (
    <div class="at-version">
      <h3>
        {after.version === 0
          ? 'Before its first event'
          : after.state === null
            ? `At version ${after.version} there is no such user`
            : `At version ${after.version}`}
      </h3>
      {after.version > 0 && (
        <Differences
          before={fields(before)}
          after={fields(after)}
          labels={[`version ${before.version}`, `version ${after.version}`]}
        />
      )}
    </div>
  );
}

function fields({ state }: UserAtVersion): Fields | null {
  if (!state) return null;
  const { name, email, status, updatedAt } = state;
  return { name, email, status, updatedAt };
}

interface TimelineProps {
  readonly id: string;
  readonly newest: number;
  readonly version: number;
  readonly choose: (version: number) => void;
}

/** The events of the fifty versions that hold the chosen one. */
function Timeline({ id, newest, version, choose }: TimelineProps) {
  const first = useSignal(0);
  useEffect(() => {
    first.value = Math.floor(Math.max(0, version - 1) / PAGE) * PAGE;
  }, [version]);
  const { data, error } = useLoad(`${id} ${first.value} ${newest}`, (signal) =>
    get<TimelinePage>(`/api/users/${id}/events${queryString({ after: first.value, limit: PAGE })}`, signal),
  );
  return (
    <>
      <h3 id="timeline">Events</h3>
      <Problem error={error.value} />
      <ol class="timeline" aria-labelledby="timeline">
        {data.value?.items.map((item) => (
          <Event key={item.eventId} item={item} isChosen={item.version === version} choose={choose} />
        ))}
      </ol>
      {newest > PAGE && (
        <div class="buttons">
          <button type="button" disabled={first.value === 0} onClick={() => choose(first.value)}>
            Earlier events
          </button>
          <button
            type="button"
            disabled={first.value + PAGE >= newest}
            onClick={() => choose(first.value + PAGE + 1)}
          >
            Later events
          </button>
        </div>
      )}
    </>
  );
}

function Event({
  item,
  isChosen,
  choose,
}: {
  item: AuditItem;
  isChosen: boolean;
  choose: (version: number) => void;
}) {
  const { version, type, occurredAt, changes, eventId, correlationId, causationId } = item;
  return (
    <li class={isChosen ? 'chosen' : ''}>
      <button type="button" aria-pressed={isChosen} onClick={() => choose(version)}>
        <span class="version">{version}</span> <strong>{type}</strong> <Time at={occurredAt} />
      </button>
      <ul class="changes">
        {changes.map(({ path, from, to }) => (
          <li key={path}>
            {path.slice(1)}: {from !== null && <del>{from}</del>} {to !== null && <ins>{to}</ins>}
          </li>
        ))}
      </ul>
      <details>
        <summary>its way</summary>
        <dl class="ids">
          <dt>event</dt>
          <dd>
            <a href={`/why${queryString({ id: eventId })}`}>
              <code>{eventId}</code>
            </a>
          </dd>
          <dt>correlation</dt>
          <dd>
            <a href={`/why${queryString({ id: correlationId })}`}>
              <code>{correlationId}</code>
            </a>
          </dd>
          <dt>caused by</dt>
          <dd>
            <code>{causationId}</code>
          </dd>
        </dl>
      </details>
    </li>
  );
}
