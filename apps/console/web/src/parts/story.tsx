import type {
  AggregateStory,
  EventStory,
  GroupStory,
  Hop,
  Story as Told,
} from '../../../src/why/why.view.ts';
import { get, queryString } from '../core/api.ts';
import { useLoad } from '../core/use-load.ts';
import { Badge, Problem, Time, Waiting } from './basics.tsx';

const TONES = { 'up-to-date': 'ok', waits: 'warning', unknown: 'plain' } as const;

/** Where an id stands and what it waits for: the answer first, then each station of each event. */
export function Story({ id }: { id: string }) {
  const path = `/api/why${queryString({ id })}`;
  const { data, error, reload } = useLoad<Told>(path, (signal) => get(path, signal));
  if (error.value) return <Problem error={error.value} />;
  if (!data.value) return <Waiting>Asking every server …</Waiting>;
  const { aggregates, unreachable, at } = data.value;
  return (
    <>
      <Headline story={data.value} />
      {unreachable.map(({ source, reason }) => (
        <p class="problem" key={source}>
          No answer from {source}: {reason}
        </p>
      ))}
      <div class="buttons">
        <button type="button" onClick={reload}>
          Ask again
        </button>
        <small>
          as of <Time at={at} />
        </small>
      </div>
      {aggregates.map((each) => (
        <Aggregate key={each.aggregateId} aggregate={each} />
      ))}
    </>
  );
}

function Headline({ story: { headline, aggregates, match } }: { story: Told }) {
  const isCalm =
    match !== null && aggregates.every(({ groups }) => groups.every(({ state }) => state === 'up-to-date'));
  return (
    <div class={`headline ${isCalm ? 'calm' : 'late'}`} role="status">
      {headline.map((line) => (
        // An indented line belongs to the one before.
        <p key={line} class={line.startsWith(' ') ? 'aside' : ''}>
          {line.trim()}
        </p>
      ))}
    </div>
  );
}

function Aggregate({ aggregate }: { aggregate: AggregateStory }) {
  const { aggregateType, aggregateId, version, topic, partition, groups, events, sagas } = aggregate;
  const heading = `story-${aggregateId}`;
  return (
    <section class="panel" aria-labelledby={heading}>
      <h2 id={heading}>
        {aggregateType}{' '}
        <a href={`/users/${aggregateId}`}>
          <code>{aggregateId}</code>
        </a>
      </h2>
      <p class="note">
        version {version}, in {topic}/{partition}
      </p>
      <ul class="plain">
        {groups.map((group) => (
          <Group key={group.group} id={aggregateId} group={group} />
        ))}
        {sagas.map((saga) => (
          <Saga key={saga.processManager} saga={saga} />
        ))}
      </ul>
      {events.map((event) => (
        <Event key={event.eventId} event={event} />
      ))}
    </section>
  );
}

function Group({ id, group }: { id: string; group: GroupStory }) {
  const { group: name, state, version, cause, details } = group;
  return (
    <li>
      <strong>{name}</strong> <Badge tone={TONES[state]}>{state}</Badge>
      {version !== null && ` at version ${version}`}
      {cause?.code === 'parked' && (
        <>
          {' '}
          <a href={`/parked${queryString({ projection: name, key: id })}`}>see what is parked</a>
        </>
      )}
      {details.length > 0 && (
        <details>
          <summary>details</summary>
          <ul>
            {details.map((detail) => (
              <li key={detail}>{detail}</li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

function Saga({ saga: { processManager, hasEnded, timers } }: { saga: AggregateStory['sagas'][number] }) {
  return (
    <li>
      the saga of <strong>{processManager}</strong> {hasEnded ? 'has ended' : 'goes on'}
      {timers.map(({ name, dueAt }) => (
        <span key={name}>
          , timer {name} due at <Time at={dueAt} />
        </span>
      ))}
    </li>
  );
}

function Event({ event: { version, type, occurredAt, hops, isAsked } }: { event: EventStory }) {
  return (
    <details open={isAsked || hops.some(({ state }) => state === 'waits')}>
      <summary>
        {version} <strong>{type}</strong> <Time at={occurredAt} />
      </summary>
      <dl class="way">
        {hops.map((hop) => (
          <Station key={hop.place} hop={hop} />
        ))}
      </dl>
    </details>
  );
}

function Station({ hop: { place, state, text } }: { hop: Hop }) {
  return (
    <>
      <dt>{place}</dt>
      <dd>
        {state !== 'done' && <Badge tone={TONES[state]}>{state}</Badge>} {text}
      </dd>
    </>
  );
}
