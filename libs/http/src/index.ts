export { adoptCorrelation, type Correlation, RequestCorrelation } from './correlation.js';
export * from './create-http-app.js';
export type { EdgeLimits } from './edge-limits.js';
export * from './http-response.js';
export * from './operations.module.js';
export * from './problem.error.js';
export * from './problem.js';
export { traceparentOf } from './request-span.js';
export type { ReadinessCheck } from './readiness-check.js';
