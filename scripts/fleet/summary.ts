import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { encodeConsistencyToken } from '@eventfleet/contracts';
import type { RabbitmqSource } from '@eventfleet/embedded';
import type { AppService } from './app-services.ts';
import type { DisabledFeatures } from './disabled-features.ts';
import type { RoleToken } from './issuer-service.ts';
import { AUDIENCE } from '../issuer/clients.ts';
import { secretFile } from '../issuer/issuer-files.ts';
import type { FleetSettings } from './up.config.ts';

/** One table of what runs where, and two commands to try it out. */
export function summary(
  settings: FleetSettings,
  rabbitmq: RabbitmqSource,
  disabled: DisabledFeatures,
  apps: readonly AppService[],
  tokens: readonly RoleToken[],
): string {
  const rows: [string, string][] = [
    ...apps.map(({ name, url }): [string, string] => [name, url]),
    ['event store', withoutPassword(settings.eventStoreUrl)],
    ['read store', withoutPassword(settings.readStoreUrl)],
    ['kafka', settings.env.KAFKA_BROKERS ?? `127.0.0.1:${settings.env.EVENTFLEET_KAFKA_PORT}`],
    ['rabbitmq', rabbitmqPlace(settings, rabbitmq)],
    [
      'onboarding',
      disabled.onboarding === undefined ? 'on: new users verify their email' : `off: ${disabled.onboarding}`,
    ],
    ['mails', mailsPlace(settings, disabled)],
    ['access', accessText(settings)],
    ['logs', settings.logDir],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const table = rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`);
  return [
    '',
    ...table,
    '',
    ...tokenLines(settings, tokens),
    'Create a user, then read it:',
    '',
    ...firstCommands(
      apps,
      tokens.find(({ role }) => role === 'editor'),
    ),
    '',
  ].join('\n');
}

function accessText({ env, issuerUrl }: FleetSettings): string {
  if (issuerUrl !== undefined) return `tokens of ${issuerUrl}, for trying out only`;
  return env.AUTH === 'oidc'
    ? `tokens of ${env.OIDC_ISSUER}`
    : 'off: whoever reaches a port may do everything';
}

function tokenLines({ dataDir, issuerUrl }: FleetSettings, tokens: readonly RoleToken[]): string[] {
  if (issuerUrl === undefined) return [];
  return [
    'A token for each role:',
    '',
    ...tokens.flatMap(({ role, scope, token }) => [`  ${role} (${scope})`, `  ${token}`, '']),
    'The console asks you to log in: any name will do, with any password.',
    '',
    'The command line sends commands again with a token of its own:',
    '',
    `  AUTH=oidc OIDC_ISSUER=${issuerUrl} OIDC_AUDIENCE=${AUDIENCE} OIDC_CLIENT_ID=fleet-cli \\`,
    `  OIDC_CLIENT_SECRET_FILE=${secretFile(dataDir, 'fleet-cli')} npm run fleet -- dead-letter retry --all`,
    '',
  ];
}

/** The id is chosen here, so that the second command knows it, and the token makes it wait for the first one's effect. */
function firstCommands(apps: readonly AppService[], editor: RoleToken | undefined): string[] {
  const [commandApi, queryApi] = ['command-api', 'query-api'].map(
    (name) => apps.find((app) => app.name === name)?.url,
  );
  const id = randomUUID();
  const body = JSON.stringify({ id, name: 'Ada Lovelace', email: `ada.${id.slice(0, 8)}@example.com` });
  const token = encodeConsistencyToken({ aggregateType: 'user', aggregateId: id, version: 1 });
  const bearer = editor === undefined ? '' : ` -H 'Authorization: Bearer ${editor.token}'`;
  return [
    `  curl -i ${commandApi}/users -H 'Content-Type: application/json'${bearer} -d '${body}'`,
    `  curl -i ${queryApi}/users/${id} -H 'Consistency-Token: ${token}'${bearer}`,
  ];
}

function mailsPlace({ env, dataDir }: FleetSettings, disabled: DisabledFeatures): string {
  if (disabled.rabbitmq !== undefined) return `off, and the notifier with them: ${disabled.rabbitmq}`;
  return env.SMTP_URL === undefined ? join(dataDir, 'mails') : withoutPassword(env.SMTP_URL);
}

function rabbitmqPlace(settings: FleetSettings, rabbitmq: RabbitmqSource): string {
  if ('missing' in rabbitmq) return `off: ${rabbitmq.missing}`;
  return 'url' in rabbitmq
    ? withoutPassword(rabbitmq.url)
    : `127.0.0.1:${settings.env.EVENTFLEET_RABBITMQ_PORT}`;
}

function withoutPassword(text: string): string {
  const url = new URL(text);
  if (url.password) url.password = '***';
  return url.href;
}
