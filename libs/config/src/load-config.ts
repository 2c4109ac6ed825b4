import { z } from 'zod';
import { plaintextProblems } from './plaintext.js';
import type { Rule } from './rules.js';
import { readSecretFiles } from './secret-files.js';

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
 * A secret may be given by a file, and no connection of the schema goes to another machine in clear text unless that
 * machine is named.
 * Where `NODE_ENV` is `production`, whatever the schema, a variable that is for tests only is refused.
 * @throws ConfigError naming every bad variable at once
 */
export function loadConfig<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
  rules: readonly Rule[] = [],
): z.output<Schema> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value) given[name] = value;
  const read = new Set(Object.keys(schema.shape));
  const { values: present, problems: ofFiles } = readSecretFiles(given, read);
  const result = schema.safeParse(present);
  const issues = result.error?.issues ?? [];
  const wrong = new Set(issues.map((issue) => String(issue.path[0])));
  const readable = new Set([...read].filter((name) => !wrong.has(name)));
  const forTests = present['NODE_ENV'] === 'production' ? TESTS_ONLY.filter((name) => name in present) : [];
  const problems = [
    ...ofFiles,
    ...issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...rules.flatMap((rule) => rule(present)),
    ...plaintextProblems(present, readable),
    ...forTests.map((name) => `${name}: is for tests, and refused if NODE_ENV is production`),
  ];
  if (!result.success || problems.length > 0) throw new ConfigError(problems);
  return result.data;
}
