export const brokers = process.env.KAFKA_BROKERS;
