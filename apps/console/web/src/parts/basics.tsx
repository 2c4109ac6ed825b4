import type { ComponentChildren } from 'preact';
import type { Live } from '../core/use-live.ts';
import { instant } from '../core/format.ts';

/** Whether what is shown is the present. It is announced when it changes. */
export function LiveBadge({ connection }: Pick<Live<unknown>, 'connection'>) {
  const text = { opening: 'connecting', live: 'live', unavailable: 'no answer', lost: 'connection lost' };
  return (
    <span class={`badge live-${connection.value}`} role="status">
      {text[connection.value]}
    </span>
  );
}

export function Badge({
  tone,
  children,
}: {
  tone: 'ok' | 'warning' | 'error' | 'plain';
  children: ComponentChildren;
}) {
  return <span class={`badge tone-${tone}`}>{children}</span>;
}

export function Problem({ error }: { error: Error | undefined }) {
  if (!error) return null;
  return (
    <p class="problem" role="alert">
      {error.message}
    </p>
  );
}

export function Waiting({ children = 'Loading …' }: { children?: ComponentChildren }) {
  return <p class="waiting">{children}</p>;
}

export function Time({ at }: { at: string }) {
  return <time dateTime={at}>{instant(at)}</time>;
}

/** A table that scrolls by itself if the screen is narrow. */
export function Scrolling({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="scrolling" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
