/** How often a message went through a retry tier. */
export const ATTEMPTS = 'x-attempts';

/** What a dead letter says of its failure. */
export const ERROR = { code: 'x-error-code', message: 'x-error-message', at: 'x-error-time' } as const;

/** What RabbitMQ notes on its own when it moves a message or delivers it again. */
const HISTORY = /^x-((first-|last-)?death|delivery-count|acquired-count)/;

/** Without what RabbitMQ has noted: sent along again, it would grow, and be taken for a circle. */
export function withoutHistory(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HISTORY.test(name)));
}

/** As it was before it failed. */
export function withoutFailure(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const ours = [ATTEMPTS, ...Object.values(ERROR)] as string[];
  return Object.fromEntries(Object.entries(withoutHistory(headers)).filter(([name]) => !ours.includes(name)));
}
