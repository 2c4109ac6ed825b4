export interface SecuredKafka {
  readonly brokers: string;
  readonly caFile: string;
  /** Of every user. */
  readonly password: string;
}

/** Where the servers of this test run are: administrators' addresses, so that tests can make what they need. */
export interface TestServers {
  /** The maintenance database, as superuser. Make a database of your own with `createTestDatabase`. */
  readonly postgresUrl: string;
  /** A comma list. Put `uniquePrefix()` before topics and groups: the cluster is shared by all suites. */
  readonly kafkaBrokers: string;
  /** The same Kafka with logins, on a test run's own: of each app that knows Kafka, as `fleet migrate --print-grants` names it. */
  readonly securedKafka?: SecuredKafka;
  readonly rabbitmqUrl?: string;
  /** Whether Postgres is this test run's own: whatever is left there goes with it. */
  readonly hasTemplates: boolean;
}

/** @throws Error when the test was not started by the project's test command */
export function testServers(): TestServers {
  const postgresUrl = process.env['EVENTFLEET_TEST_POSTGRES_URL'];
  const kafkaBrokers = process.env['EVENTFLEET_TEST_KAFKA_BROKERS'];
  const rabbitmqUrl = process.env['EVENTFLEET_TEST_RABBITMQ_URL'];
  if (!postgresUrl || !kafkaBrokers)
    throw new Error('this test needs servers: run it by `npm test -- <path>`');
  const hasTemplates = process.env['EVENTFLEET_TEST_TEMPLATES'] === 'true';
  const securedKafka = readSecuredKafka();
  return {
    postgresUrl,
    kafkaBrokers,
    hasTemplates,
    ...(securedKafka && { securedKafka }),
    ...(rabbitmqUrl ? { rabbitmqUrl } : {}),
  };
}

function readSecuredKafka(): SecuredKafka | undefined {
  const brokers = process.env['EVENTFLEET_TEST_KAFKA_SECURED_BROKERS'];
  const caFile = process.env['EVENTFLEET_TEST_KAFKA_CA_FILE'];
  const password = process.env['EVENTFLEET_TEST_KAFKA_PASSWORD'];
  return brokers && caFile && password ? { brokers, caFile, password } : undefined;
}
