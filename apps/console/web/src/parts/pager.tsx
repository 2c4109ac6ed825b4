import type { Signal } from '@preact/signals';

interface PagerProps {
  /** The cursor of the page that is shown; undefined: the newest. */
  readonly before: Signal<string | undefined>;
  /** Of the next page; null or undefined if there is none. */
  readonly nextCursor: string | null | undefined;
}

/** Goes through a list that begins with the newest. */
export function Pager({ before, nextCursor }: PagerProps) {
  return (
    <div class="buttons">
      <button type="button" disabled={before.value === undefined} onClick={() => (before.value = undefined)}>
        Newest
      </button>
      <button type="button" disabled={!nextCursor} onClick={() => (before.value = nextCursor ?? undefined)}>
        Older
      </button>
    </div>
  );
}
