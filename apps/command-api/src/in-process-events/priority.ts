import type { OnEventOptions } from '@nestjs/event-emitter';

const PRIORITY = Symbol('priority');

type WithPriority = OnEventOptions & { readonly [PRIORITY]?: number };

/**
 * `@OnEvent('user.*', priority(100))`: of the listeners to one event, the one with the highest priority is called first,
 * whatever their patterns. Without one it is 0; equal ones are called in the order of their registration.
 */
export function priority(value: number): OnEventOptions {
  const options: WithPriority = { [PRIORITY]: value };
  return options;
}

export function priorityOf(options: WithPriority | undefined): number {
  return options?.[PRIORITY] ?? 0;
}
