import type { Finding, Verdict } from './finding.js';

const COLUMNS = { area: 14, check: 28, value: 58 } as const;
const WIDTH = COLUMNS.area + COLUMNS.check + COLUMNS.value + 'verdict'.length;
const VERDICTS: readonly Verdict[] = ['ok', 'risk', 'wrong'];

/** The findings as text: a line or more each, and below a risk or a wrong one what to do. */
export function toTable(findings: readonly Finding[]): string {
  const counts = VERDICTS.map(
    (verdict) => `${findings.filter((finding) => finding.verdict === verdict).length} ${verdict}`,
  );
  return [
    row('area', 'check', 'value', 'verdict'),
    ...findings.flatMap((finding, index) => rows(finding, findings[index - 1]?.area)),
    counts.join(', '),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function rows(finding: Finding, areaAbove: string | undefined): string[] {
  const { area, check, value, topics, verdict } = finding;
  const [first = '', ...more] = wrap(topics ? `${value} (${topics.join(', ')})` : value, COLUMNS.value - 2);
  return [
    row(area === areaAbove ? '' : area, check, first, verdict),
    ...more.map((text) => row('', '', text, '')),
    ...(finding.verdict === 'ok'
      ? []
      : wrap(finding.advice, WIDTH - COLUMNS.area - 2).map((text) => row('', `  ${text}`, '', ''))),
  ];
}

function row(area: string, check: string, value: string, verdict: string): string {
  const { area: first, check: second, value: third } = COLUMNS;
  return `${column(area, first)}${column(check, second)}${column(value, third)}${verdict}`.trimEnd();
}

function column(text: string, width: number): string {
  return text.length < width ? text.padEnd(width) : `${text} `;
}

/** Breaks between words. A word that is longer than a line keeps its own. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
