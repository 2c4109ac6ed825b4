import type { ComponentChildren } from 'preact';
import type {
  ConsumerView,
  FleetView,
  FlowState,
  RelayView,
  TopicView,
} from '../../../src/fleet/fleet.view.ts';
import { compact, number, seconds } from '../core/format.ts';
import { Badge } from './basics.tsx';

const STATES: Readonly<Record<FlowState, { tone: 'ok' | 'warning' | 'error' | 'plain'; text: string }>> = {
  ok: { tone: 'ok', text: 'keeps up' },
  behind: { tone: 'warning', text: 'behind' },
  stopped: { tone: 'error', text: 'stopped' },
  unknown: { tone: 'plain', text: 'unknown' },
};

/**
 * The way of events as a graph: stages from left to right, or from top to bottom on a narrow screen. An arrow moves
 * while something flows.
 */
export function Flow({ fleet }: { fleet: FleetView }) {
  const { appendedPerSecond, relays, topics, consumers, deadLetters } = fleet;
  const events = topics.filter(
    ({ topic }) => !topic.endsWith('.dead-letter') && !topic.endsWith('fleet-notices'),
  );
  const eventRate = sum(events.map(({ perSecond }) => perSecond));
  const appliedRate = sum(consumers.map(({ perSecond }) => perSecond));
  return (
    <ol class="flow">
      <Stage title="Event store" rate={appendedPerSecond}>
        <Node name="events" note="the truth">
          <Figure label="appended" value={perSecond(appendedPerSecond)} />
        </Node>
      </Stage>
      <Stage title="Relays" rate={eventRate}>
        {relays.length === 0 && <p class="none">None has run yet.</p>}
        {relays.map((relay) => (
          <Relay key={relay.relay} relay={relay} />
        ))}
      </Stage>
      <Stage title="Kafka" rate={appliedRate}>
        {events.map((topic) => (
          <Topic key={topic.topic} topic={topic} />
        ))}
        {deadLetters.some(({ waiting }) => waiting > 0) && (
          <Node name="dead letters" state="behind">
            <Figure
              label="waiting"
              value={number(deadLetters.reduce((all, { waiting }) => all + waiting, 0))}
            />
          </Node>
        )}
      </Stage>
      <Stage title="Consumers" rate={undefined}>
        {consumers.length === 0 && <p class="none">None has run yet.</p>}
        {consumers.map((consumer) => (
          <Consumer key={consumer.name} consumer={consumer} />
        ))}
      </Stage>
    </ol>
  );
}

/** @param rate of what goes on to the next stage; undefined for the last one */
function Stage({
  title,
  rate,
  children,
}: {
  title: string;
  rate: number | null | undefined;
  children: ComponentChildren;
}) {
  return (
    <li class="stage">
      <h3>{title}</h3>
      <div class="nodes">{children}</div>
      {rate !== undefined && (
        <svg class={`arrow ${rate ? 'flowing' : ''}`} viewBox="0 0 40 12" aria-hidden="true">
          <path d="M1 6h34" />
          <path class="head" d="M31 2l6 4-6 4" />
        </svg>
      )}
    </li>
  );
}

function Node({
  name,
  note,
  state,
  children,
}: {
  name: string;
  note?: string | undefined;
  state?: FlowState;
  children: ComponentChildren;
}) {
  return (
    <article class={`node ${state ?? ''}`}>
      <h4>{name}</h4>
      {state && <Badge tone={STATES[state].tone}>{STATES[state].text}</Badge>}
      {note !== undefined && <p class="note">{note}</p>}
      <dl>{children}</dl>
    </article>
  );
}

function Figure({ label, value }: { label: string; value: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Relay({ relay: { relay, state, holder, epoch, backlog, ageSeconds } }: { relay: RelayView }) {
  return (
    <Node
      name={`to ${relay}`}
      state={state}
      note={holder === null ? 'nobody leads' : `led by ${holder}, epoch ${epoch}`}
    >
      <Figure label="backlog" value={number(backlog)} />
      {backlog > 0 && <Figure label="oldest" value={seconds(ageSeconds)} />}
    </Node>
  );
}

function Topic({ topic: { topic, partitions, records, perSecond: rate } }: { topic: TopicView }) {
  return (
    <Node name={topic} note={`${partitions} ${partitions === 1 ? 'partition' : 'partitions'}`}>
      <Figure label="records" value={<span title={number(records)}>{compact(records)}</span>} />
      <Figure label="rate" value={perSecond(rate)} />
    </Node>
  );
}

function Consumer({ consumer }: { consumer: ConsumerView }) {
  const { name, kind, state, members, lag, parkedKeys, parkedEvents, instances, timersDue, partitions } =
    consumer;
  const note = members === null ? 'process' : members === 1 ? '1 process' : `${members} processes`;
  return (
    <Node name={name} state={state} note={kind === 'projection' ? note : `saga, ${note}`}>
      <Figure label="lag" value={number(lag)} />
      <Figure label="rate" value={perSecond(consumer.perSecond)} />
      {parkedKeys > 0 && (
        <Figure
          label="parked"
          value={<a href={`/parked?projection=${encodeURIComponent(name)}`}>{number(parkedEvents)} events</a>}
        />
      )}
      {instances !== null && <Figure label="instances" value={number(instances)} />}
      {timersDue !== null && timersDue > 0 && <Figure label="timers due" value={number(timersDue)} />}
      {partitions.some((each) => each.lag > 0) && (
        <Figure
          label="behind in"
          value={partitions
            .filter((each) => each.lag > 0)
            .map((each) => `${each.partition}${each.isStopped ? ' (stopped)' : ''}`)
            .join(', ')}
        />
      )}
    </Node>
  );
}

function perSecond(rate: number | null): string {
  return rate === null ? '–' : `${number(rate)}/s`;
}

function sum(rates: readonly (number | null)[]): number {
  return rates.reduce<number>((all, rate) => all + (rate ?? 0), 0);
}
