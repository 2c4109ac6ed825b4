import {
  AclOperations,
  AclPermissionTypes,
  Admin,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka';
import { withClient } from '@eventfleet/testing';

const LINE = /--add --allow-principal (\S+) --operation (Read|Write|Delete|Describe) (.+)$/;
const RESOURCE = /--(topic|group) '([^']+)'/g;

/** Runs what `fleet migrate --print-grants` prints for a database, as its owner. */
export async function runSql(url: string, sql: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query(sql);
  });
}

/** Does what the lines for `kafka-acls.sh` say. Kafka's own script is not among what is installed here. */
export async function runKafkaAcls(brokers: string, lines: string): Promise<void> {
  const creations = lines
    .split('\n')
    .filter((line) => line.startsWith('kafka-acls.sh '))
    .flatMap(parseLine);
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [brokers] });
  try {
    await admin.createAcls({ creations });
  } finally {
    await admin.close();
  }
}

function parseLine(line: string) {
  const [, principal = '', operation = '', rest = ''] = LINE.exec(line) ?? [];
  const resources = [...rest.matchAll(RESOURCE)];
  if (resources.length === 0) throw new Error(`not understood: ${line}`);
  return resources.map(([, kind, resourceName = '']) => ({
    resourceType: kind === 'topic' ? ResourceTypes.TOPIC : ResourceTypes.GROUP,
    resourceName,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal,
    host: '*',
    operation: AclOperations[operation.toUpperCase() as 'READ' | 'WRITE' | 'DELETE' | 'DESCRIBE'],
    permissionType: AclPermissionTypes.ALLOW,
  }));
}
