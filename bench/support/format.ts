/** Figures as people read them: three digits that count. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function perSecond(value: number): string {
  return `${figure(value)}/s`;
}

export function milliseconds(value: number): string {
  return `${figure(value)} ms`;
}
