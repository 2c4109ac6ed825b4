import kafkajs from 'kafkajs';

export const client = new kafkajs.Kafka({ brokers: [] });
