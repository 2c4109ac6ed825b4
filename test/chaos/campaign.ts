import { quietKafka } from '../../bench/support/topics.ts';
import type { Arguments } from './arguments.ts';
import { audit } from './audit/audit.ts';
import { countReactions } from './audit/count-reactions.ts';
import { collectEvidence } from './audit/collect-evidence.ts';
import { readNamedUsers } from './audit/read-named-users.ts';
import { comeToRest } from './come-to-rest.ts';
import type { ChaosFleet } from './fleet/chaos-fleet.ts';
import type { Findings } from './report.ts';
import { goUnderFire } from './under-fire.ts';
import { ProjectionWatch } from './watch/projection-watch.ts';

/** A whole run on a fleet that is up: fire, rest, audit. */
export async function runCampaign(
  chosen: Arguments,
  fleet: ChaosFleet,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Findings> {
  const startedAt = new Date().toISOString();
  const kafka = quietKafka(fleet.direct.kafkaBrokers);
  const campaign = { chosen, fleet, kafka, say, signal };
  const watch = new ProjectionWatch(fleet.direct.readStoreUrl, kafka);
  const fire = await goUnderFire(campaign);
  const { ledger } = fire;
  const unknownAtEnd = ledger.unknown().length;

  say('no more faults; waiting for quiet');
  const rest = await comeToRest(campaign, fire.load);
  await watch.stop();

  say('reading everything');
  const { streams, unfinished: unread } = await fire.readers.finish();
  const found = await collectEvidence(fleet, kafka);
  const { entries, doubtfulReads } = ledger;
  const { parked } = rest;
  const unfinished = [...rest.unfinished, ...unread];
  const fromLoad = { entries, doubtfulReads, poisoned: fire.poisonedUsers, parked, streams, unfinished };
  const named = await readNamedUsers(fleet);
  const evidence = { ...found, ...fromLoad, named };
  const { violations, ...counts } = audit(evidence);
  const copies = [...fleet.copies.values()];
  return {
    seed: chosen.seed,
    minutes: chosen.durationMs / 60_000,
    poison: chosen.hasPoison,
    ...(chosen.failover ? { failover: chosen.failover } : {}),
    brokers: chosen.brokers,
    startedAt,
    commands: {
      acknowledged: ledger.acknowledged,
      repeated: ledger.repeats,
      cutOff: ledger.cutOff,
      unknownAtEnd,
      readBack: ledger.reads,
    },
    events: found.stored.length,
    ...counts,
    streamConnections: fire.readers.connections,
    reactions: countReactions(evidence),
    faults: fire.faults.toSorted((a, b) => a.at - b.at),
    errors: fire.errors.map(({ message }) => message),
    crashes: copies.reduce((sum, copy) => sum + copy.crashes, 0),
    badStops: copies.flatMap((copy) => copy.badStops),
    pauses: { commands: fire.pause, projection: watch.meter.longest },
    quietAfterMs: rest.tookMs,
    violations,
  };
}
