import type { KafkaSettings } from '@eventfleet/config';
import { TOPIC_ACCESS, withTopicPrefix } from '@eventfleet/contracts';

const TOOL = 'kafka-acls.sh --bootstrap-server "$KAFKA_BROKERS" --command-config admin.properties';

/** Lines of a shell, to be run by an administrator of the cluster: one for each right of an app. They may be repeated. */
export function kafkaAcls({ topicPrefix }: KafkaSettings): string[] {
  return Object.entries(TOPIC_ACCESS).flatMap(([app, access]) => {
    const { writes, reads, deletes, groups, watches } = withTopicPrefix(topicPrefix, access);
    const add = (operation: string, kind: string, names: readonly string[]) =>
      names.length === 0
        ? []
        : [
            [
              `${TOOL} --add --allow-principal ${principalOf(app)} --operation ${operation}`,
              ...names.map((name) => `--${kind} '${name}'`),
            ].join(' '),
          ];
    return [
      ...add('Write', 'topic', writes),
      ...add('Read', 'topic', reads),
      ...add('Delete', 'topic', deletes),
      ...add('Read', 'group', groups),
      ...add('Describe', 'group', watches),
    ];
  });
}

/** The user that an app logs in as. */
export function principalOf(app: string): string {
  return `User:eventfleet-${app}`;
}
