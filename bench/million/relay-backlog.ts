import { alternate } from '../support/alternate.ts';
import type { Bench } from '../support/bench.ts';
import type { Fleet } from '../support/fleet.ts';
import { perSecond } from '../support/format.ts';
import { topicMeter } from '../support/topic-meter.ts';
import { createTopic } from '../support/topics.ts';
import { runContestant } from '../support/contestant.ts';
import type { ProduceOptions } from '../baselines/produce.ts';
import { warmUpOf, workOff, type BacklogRound } from './backlog.ts';

export interface RelayRounds {
  readonly ours: readonly BacklogRound[];
  readonly produce: readonly BacklogRound[];
}

const BASELINE_TOPIC = 'baseline-user-events';

/** Publishes everything that is stored, a share a round, beside a bare produce loop of as many messages. */
export async function drainRelay(bench: Bench, fleet: Fleet): Promise<RelayRounds> {
  const { scale, servers, say } = bench;
  say('relay: publishing the stored events');
  await createTopic(servers.kafkaBrokers, BASELINE_TOPIC);
  await using meter = await topicMeter(servers.kafkaBrokers, fleet.topic);
  let roundsLeft = scale.backlogRounds;
  const share = async () => Math.floor((scale.manyEvents - (await meter.count())) / roundsLeft--);
  let events = 0;
  return await alternate(
    bench,
    { rounds: scale.backlogRounds, show: (round) => perSecond(round.perSecond) },
    {
      ours: async (): Promise<BacklogRound> => {
        events = await share();
        return workOff(fleet, 'command-api', meter, events);
      },
      produce: async (): Promise<BacklogRound> => ({
        perSecond: await runContestant<ProduceOptions, number>('baselines/produce.ts', {
          brokers: servers.kafkaBrokers,
          topic: BASELINE_TOPIC,
          events,
          warmUp: warmUpOf(events),
        }),
        peakMb: Number.NaN,
      }),
    },
  );
}
