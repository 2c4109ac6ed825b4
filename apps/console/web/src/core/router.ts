import { computed, signal } from '@preact/signals';

/** The address as it is shown: the page follows it. */
const address = signal(new URL(location.href));

export const path = computed(() => address.value.pathname);
export const query = computed(() => address.value.searchParams);

/** Shows another address; the browser's Back returns. */
export function go(to: string): void {
  history.pushState(null, '', to);
  update();
}

/** Shows another address instead of the present one, which Back passes over. */
export function replace(to: string): void {
  history.replaceState(null, '', to);
  update();
}

/** Changes the parameters of the present address, without a step in the browser's history. */
export function replaceQuery(changes: Readonly<Record<string, string | null>>): void {
  const next = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.searchParams.delete(name);
    else next.searchParams.set(name, value);
  }
  replace(next.href);
}

/** Follows links within the page, and the browser's Back and Forward. */
export function startRouter(): void {
  addEventListener('popstate', update);
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || event.defaultPrevented || event.button !== 0 || link.origin !== location.origin) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link.target !== '') return;
    if (link.hash !== '' && link.pathname === location.pathname) return;
    event.preventDefault();
    go(link.href);
    scrollTo(0, 0);
    document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
  });
}

function update(): void {
  address.value = new URL(location.href);
}
