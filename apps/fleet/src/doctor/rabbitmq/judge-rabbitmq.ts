import type { RabbitmqDescription } from '@eventfleet/rabbitmq';
import type { Part } from '@eventfleet/resilience';
import { ok, risk, wrong, type Finding, type Judgement } from '../finding.js';

const AREA = 'rabbitmq';
const OLDEST = [3, 10] as const;
const TESTED_UP_TO = 4;

/** @param address host, port and vhost; undefined if RabbitMQ is off */
export function judgeRabbitmq(
  address: string | undefined,
  part: Part<RabbitmqDescription> | undefined,
): Finding[] {
  if (address === undefined || part === undefined)
    return [{ area: AREA, check: 'reachable', ...ok('off: RABBITMQ_URL is not set') }];
  if (!part.ok) {
    const advice = 'Nothing else could be checked. Start the server, or correct RABBITMQ_URL.';
    return [{ area: AREA, check: 'reachable', ...wrong(`${address}: ${part.reason}`, advice) }];
  }
  return [
    { area: AREA, check: 'reachable', ...ok(address) },
    { area: AREA, check: 'version', ...judgeVersion(part.value) },
    { area: AREA, check: 'exchange', ...judgeParts(part.value, 'exchange') },
    { area: AREA, check: 'queues', ...judgeParts(part.value, 'queue') },
  ];
}

function judgeVersion({ product, version }: RabbitmqDescription): Judgement {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const value = `${product} ${version}`;
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    return wrong(
      value,
      'It lacks what keeps messages safe on their way between queues. Use RabbitMQ 3.10 or newer.',
    );
  return ok(major > TESTED_UP_TO ? `${value} (the fleet knows it up to ${TESTED_UP_TO})` : value);
}

function judgeParts({ parts }: RabbitmqDescription, kind: 'exchange' | 'queue'): Judgement {
  const ofKind = parts.filter((part) => part.kind === kind);
  const named = (state: string) => ofKind.filter((part) => part.state === state).map(({ name }) => name);
  const [different, missing] = [named('different'), named('missing')];
  if (different.length > 0)
    return wrong(
      `different: ${different.join(', ')}`,
      `It is not as the fleet makes it, and the apps refuse it. Delete it once it is empty, then npm run fleet -- migrate`,
    );
  if (missing.length > 0)
    return risk(
      `missing: ${missing.join(', ')}`,
      'What is published before it is there does not reach it: npm run fleet -- migrate',
    );
  return ok(
    kind === 'queue' ? `${ofKind.length} quorum, durable` : `${named('as declared').join(', ')}, durable`,
  );
}
