import kafkajs from 'kafkajs';

export const kafka = new kafkajs.Kafka({ brokers: [] });
