import { effect, signal } from '@preact/signals';

const KEY = 'operator';

/** The name that actions are logged under; empty if nobody has given one. */
export const operatorName = signal(localStorage.getItem(KEY) ?? '');

effect(() => localStorage.setItem(KEY, operatorName.value));

/** The header that says who acts, for a console that asks for no login. */
export function operatorHeader(): Record<string, string> {
  const name = operatorName.value.trim();
  return name === '' ? {} : { 'x-operator': encodeURIComponent(name) };
}
