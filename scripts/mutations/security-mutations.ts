import type { Mutation } from './mutation.ts';

/** Of what keeps others out. */
export const securityMutations: readonly Mutation[] = [
  {
    mechanism: 'clear text: a host that is not named is refused',
    file: 'libs/config/src/plaintext.ts',
    from: 'if (hosts(value, present).every(isAllowed)) return [];',
    to: 'if (hosts(value, present).some(isAllowed)) return [];',
    spec: 'libs/config/src/plaintext.unit.spec.ts',
    test: 'is refused in clear text',
  },
  {
    mechanism: 'secrets: a value beside a file is refused',
    file: 'libs/config/src/secret-files.ts',
    from: 'if (name in present) problems',
    to: 'if (name in {}) problems',
    spec: 'libs/config/src/secret-files.unit.spec.ts',
    test: 'is refused by value and by file at once',
  },
  {
    mechanism: 'access: a refusal is one line',
    file: 'libs/http/src/access-watch.ts',
    from: 'problem !== this.problems.get(server)',
    to: "problem !== ''",
    spec: 'libs/http/src/access-watch.unit.spec.ts',
    test: 'logs a refusal once',
  },
  {
    mechanism: 'rights: only what an operator has marked is taken out of the events',
    file: 'libs/event-store/src/migrations/11-set-events-aside.migration.ts',
    from: "and mark = 'adopt'",
    to: '',
    spec: 'libs/history/src/set-events-aside.int.spec.ts',
  },
  {
    mechanism: 'rights: events are taken out from the first that contradicts on',
    file: 'libs/event-store/src/migrations/11-set-events-aside.migration.ts',
    from: 'and version <= first_version;',
    to: ';',
    spec: 'libs/history/src/set-events-aside.int.spec.ts',
  },
  {
    mechanism: 'rights: a rebuild leaves the owner of the read tables as it is',
    file: 'libs/projections/src/rebuild/generation.ts',
    from: "set_config('role', pg_get_userbyid(relowner), true)",
    to: "set_config('role', 'none', true)",
    spec: 'libs/projections/src/rebuild/table-owner.int.spec.ts',
  },
  {
    mechanism: "rights: the event store's database gives no table away",
    file: 'apps/fleet/src/grants/database-grants.ts',
    from: "if to_regclass('public.events') is not null",
    to: 'if false',
    spec: 'apps/fleet/src/grants/grants.int.spec.ts',
    test: 'never those of the event store',
  },
  {
    mechanism: "supply chain: Kafka's jars are compared with their checksums",
    file: 'tools/embedded/src/kafka/check-jars.ts',
    from: "if (actual.digest('hex') !== checksum)",
    to: "if (actual.digest('hex') === '')",
    spec: 'tools/embedded/src/kafka/kafka-jars.unit.spec.ts',
    test: 'once one is changed',
  },
];
