export const databaseUrl = process.env['DATABASE_URL'] ?? 'postgres://postgres:postgres@localhost:5432/users';
export const brokers = (process.env['KAFKA_BROKERS'] ?? 'localhost:9092').split(',');
export const topic = process.env['TOPIC'] ?? 'user-events';
