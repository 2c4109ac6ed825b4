import { z } from 'zod';
import type { Rule } from './rules.js';

/** They make an app do what no operator can want. */
const TESTS_ONLY = ['EVENTFLEET_FAILPOINT'];

/** Thrown when the environment is wrong; the message lists every bad name and never a value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`wrong settings:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Parses the environment through one schema and the rules between its variables. An empty variable counts as absent.
 * Where `NODE_ENV` is `production`, whatever the schema, a variable that is for tests only is refused.
 * @throws ConfigError naming every bad variable at once
 */
export function loadConfig<Schema extends z.ZodType>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
  rules: readonly Rule[] = [],
): z.output<Schema> {
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value) present[name] = value;
  const result = schema.safeParse(present);
  const issues = result.error?.issues ?? [];
  const forTests = present['NODE_ENV'] === 'production' ? TESTS_ONLY.filter((name) => name in present) : [];
  const problems = [
    ...issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...rules.flatMap((rule) => rule(present)),
    ...forTests.map((name) => `${name}: is for tests, and refused if NODE_ENV is production`),
  ];
  if (!result.success || problems.length > 0) throw new ConfigError(problems);
  return result.data;
}
