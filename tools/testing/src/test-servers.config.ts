/** Where the servers of this test run are: administrators' addresses, so that tests can make what they need. */
export interface TestServers {
  /** The maintenance database, as superuser. Make a database of your own with `createTestDatabase`. */
  readonly postgresUrl: string;
  /** A comma list. Put `uniquePrefix()` before topics and groups: the cluster is shared by all suites. */
  readonly kafkaBrokers: string;
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
  return { postgresUrl, kafkaBrokers, hasTemplates, ...(rabbitmqUrl ? { rabbitmqUrl } : {}) };
}
