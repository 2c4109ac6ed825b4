import type { Mutation } from './mutation.ts';

const src = 'libs/process-managers/src';
const RUNTIME = `${src}/process-managers.int.spec.ts`;
const TIMERS = `${src}/timer-scheduler.int.spec.ts`;
const RELAY = 'apps/process-manager/src/command-relay.int.spec.ts';
const ONBOARDING = 'apps/process-manager/src/onboarding/onboarding.process-manager';

/** Sagas: state, commands and timers. */
export const processManagerMutations: readonly Mutation[] = [
  {
    mechanism: 'saga: instances are locked while they react',
    file: `${src}/instance-statements.ts`,
    from: 'text: `${SELECT_INSTANCES} for update`,',
    to: 'text: SELECT_INSTANCES,',
    spec: RUNTIME,
    test: 'waits for what another transaction does to its instance',
  },
  {
    mechanism: 'saga: an instance begins once',
    file: `${src}/write-instances.ts`,
    from: 'select $1, * from unnest($2::text[], $3::json[], $4::integer[])`,',
    to: 'select $1, * from unnest($2::text[], $3::json[], $4::integer[]) on conflict (process_manager, instance_id) do update set state = excluded.state`,',
    spec: RUNTIME,
    test: 'begins an instance once',
  },
  {
    mechanism: 'saga: numbers of commands are not used again',
    file: `${src}/write-instances.ts`,
    from: 'const isKept = ({ stateText, sent }: ProcessInstance) => stateText !== undefined || sent > 0;',
    to: 'const isKept = ({ stateText }: ProcessInstance) => stateText !== undefined;',
    spec: RUNTIME,
    test: 'does not use numbers again',
  },
  {
    mechanism: 'saga: another topic of the same name is parked for itself',
    file: 'libs/projections/src/parking/parked-event-processor.ts',
    from: 'name === parked.projection && topicPrefix + topic === parked.topic',
    to: 'name === parked.projection',
    spec: RUNTIME,
    test: 'waits with its key',
  },
  {
    mechanism: 'timers: an instance is locked while one fires',
    file: `${src}/instance-statements.ts`,
    from: 'text: `${SELECT_INSTANCES} for update skip locked`,',
    to: 'text: SELECT_INSTANCES,',
    spec: TIMERS,
  },
  {
    mechanism: 'timers: one that fired is gone',
    file: `${src}/process-instance.ts`,
    from: "if (message.type === 'timer' && 'name' in message) this.timers.set(message.name, null);",
    to: '',
    spec: TIMERS,
    test: 'fire once',
  },
  {
    mechanism: 'timers: they end with their instance',
    file: `${src}/write-instances.ts`,
    from: '...(ended.length > 0 ? [deleteAllTimers(name, ended)] : []),',
    to: '',
    spec: TIMERS,
    test: 'end with their instance',
  },
  {
    mechanism: 'timers: a failure has its instance wait',
    file: `${src}/instance-statements.ts`,
    from: 'update timers set failures = failures + 1,',
    to: 'update timers set failures = failures,',
    spec: TIMERS,
    test: 'has its instance wait, and no other',
  },
  {
    mechanism: 'timers: a gate after a start',
    file: `${src}/timer-scheduler.ts`,
    from: 'isCaughtUp === undefined || (await isCaughtUp())',
    to: 'true',
    spec: TIMERS,
    test: 'wait until the process manager has caught up',
  },
  {
    mechanism: 'commands: others write to the topic as well',
    file: 'libs/outbox-relay/src/kafka-target.ts',
    from: 'if (end < expected || !this.options.sharedTopic)',
    to: 'if (end !== expected)',
    spec: RELAY,
    test: 'is not disturbed',
  },
  {
    mechanism: 'commands: found in the log by their ids',
    file: 'libs/outbox-relay/src/record-reference.ts',
    from: 'if (!catalog || !VERSION.test(version)) return undefined;',
    to: 'if (!catalog || VERSION.test(version)) return undefined;',
    spec: RELAY,
    test: 'finds in the log',
  },
  {
    mechanism: 'commands: only what was published is deleted',
    file: `${src}/purge-outbox.ts`,
    from: 'on (sent.transaction_id, sent.global_position) <= (checkpoint.transaction_id, checkpoint.global_position)',
    to: 'on true',
    spec: RELAY,
    test: 'has commands deleted',
  },
  {
    mechanism: 'onboarding: failed mails are remembered',
    file: `${ONBOARDING}.ts`,
    from: 'begin(message, email, state?.failed ?? [])',
    to: 'begin(message, email, [])',
    spec: `${ONBOARDING}.unit.spec.ts`,
  },
  {
    mechanism: 'onboarding: a deactivation names the email',
    file: 'apps/command-api/src/users/user.decider.ts',
    from: 'emailDigest !== undefined && emailDigest !== verificationDigest(email)',
    to: 'emailDigest !== undefined && !email',
    spec: 'apps/command-api/src/users/user.decider.unit.spec.ts',
  },
  {
    mechanism: 'onboarding: exempt from before',
    file: `${ONBOARDING}.ts`,
    from: "return status === 'pending' ? begin",
    to: 'return status !== null ? begin',
    spec: `${ONBOARDING}.unit.spec.ts`,
  },
];
