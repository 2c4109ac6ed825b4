import { readFileSync } from 'node:fs';

/** Every variable that is a secret, or may hold one. Each may be given as a file too, which `<name>_FILE` names. */
export const SECRET_VARIABLES = [
  'EVENT_STORE_URL',
  'READ_STORE_URL',
  'KAFKA_SASL_PASSWORD',
  'RABBITMQ_URL',
  'SMTP_URL',
  'EVENT_SIGNING_KEYS',
  'PERSONAL_DATA_KEY',
  'VERIFICATION_SECRET',
  'OIDC_CLIENT_SECRET',
] as const;

export interface SecretsFromFiles {
  /** What was given, and the secrets that files hold, each under its own name. */
  readonly values: Readonly<Record<string, string>>;
  /** Each begins with the name of the variable to change, and holds nothing of a file. */
  readonly problems: readonly string[];
}

/** Reads the files once; the end of a line at the end of a file does not count. An empty file is a mistake. */
export function readSecretFiles(
  present: Readonly<Record<string, string>>,
  read: ReadonlySet<string>,
): SecretsFromFiles {
  const values: Record<string, string> = { ...present };
  const problems: string[] = [];
  for (const name of SECRET_VARIABLES) {
    const variable = `${name}_FILE`;
    const file = present[variable];
    if (file === undefined || !read.has(name)) continue;
    const secret = readSecret(file);
    if (name in present) problems.push(`${variable}: is set beside ${name}: remove one of them`);
    else if (secret === undefined) problems.push(`${variable}: must be a file that can be read`);
    else if (secret === '') problems.push(`${variable}: its file is empty`);
    else values[name] = secret;
  }
  return { values, problems };
}

function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}
