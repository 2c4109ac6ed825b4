import kafkajs from 'kafkajs';

/** kafkajs as it comes, without the fleet's patches. */
export function bareKafka(brokers: string): kafkajs.Kafka {
  const { NOTHING } = kafkajs.logLevel;
  return new kafkajs.Kafka({ clientId: 'baseline', brokers: brokers.split(','), logLevel: NOTHING });
}
