const OWN = /^(NODE_|npm_|JEST_|EVENTFLEET_|KAFKA_|RABBITMQ_|.*_(PORT|STORE_URL)$)/;

/** What a started app gets from the environment of the test: nothing that would configure it or Node. */
export function inheritedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => !OWN.test(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}
