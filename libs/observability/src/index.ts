export * from './error.serializer.js';
export * from './logger.js';
export * from './nest-logger.js';
export * from './process.metrics.js';
export * from './logger.token.js';
export * from './trace-exemplar.js';
export * from './traced-histogram.js';
