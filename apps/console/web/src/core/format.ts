const NUMBER = new Intl.NumberFormat('en');
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export function number(value: number): string {
  return NUMBER.format(value);
}

/** For places without room: 12.3K. */
export function compact(value: number): string {
  return COMPACT.format(value);
}

/** `1 event`, `2,000 events`. */
export function count(amount: number, one: string): string {
  return `${number(amount)} ${amount === 1 ? one : `${one}s`}`;
}

export function seconds(value: number): string {
  if (value < 60) return `${Math.round(value)} s`;
  if (value < 3_600) return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
  return `${Math.floor(value / 3_600)} h ${Math.round((value % 3_600) / 60)} min`;
}

/** UTC, as logs have it. */
export function instant(text: string): string {
  return text.replace('T', ' ').replace(/Z$/, '');
}

/** JSON with line breaks, if it is JSON. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
