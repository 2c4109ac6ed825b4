import { isMet, ratioOf, type Comparison } from './comparison.ts';
import { figure } from './format.ts';

const LABELS = 290;
const WIDTH = 760;
const RIGHT = 70;
const ROW = 22;
const TOP = 34;
const BOTTOM = 30;
const COLOURS = { met: '#2f9e6e', missed: '#d9822b', free: '#6b7fd7' };
const STYLE =
  'text{font:12px system-ui,sans-serif;fill:#57606a}.axis{stroke:#8c959f;stroke-opacity:.4}.spread{stroke:#57606a}' +
  '@media(prefers-color-scheme:dark){text{fill:#adbac7}.spread{stroke:#adbac7}}';

/** The ratios as bars on a logarithmic scale, from 1 to either side, with their spread and a tick at the target. */
export function renderChart(comparisons: readonly Comparison[]): string {
  const spans = comparisons.map(ratioOf);
  const low = Math.min(-1, ...spans.map(({ min }) => Math.floor(Math.log10(min))));
  const high = Math.max(1, ...spans.map(({ max }) => Math.ceil(Math.log10(max))));
  const x = (ratio: number) =>
    Math.round(LABELS + ((Math.log10(ratio) - low) / (high - low)) * (WIDTH - LABELS - RIGHT));
  const end = TOP + comparisons.length * ROW + 4;
  const height = end + BOTTOM;
  const axis = Array.from({ length: high - low + 1 }, (_, step) => 10 ** (low + step)).map(
    (ratio) =>
      `<line class="axis" x1="${x(ratio)}" x2="${x(ratio)}" y1="${TOP - 6}" y2="${end}"/>` +
      `<text x="${x(ratio)}" y="${TOP - 12}" text-anchor="middle">${ratio} ×</text>`,
  );
  const bars = comparisons.map((comparison, row) => renderBar(comparison, TOP + row * ROW, x));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>Ratios: ours to what stands beside it</title><style>${STYLE}</style>`,
    ...axis,
    ...bars,
    ...renderLegend(end + 20),
    '</svg>',
    '',
  ].join('\n');
}

function renderBar(comparison: Comparison, top: number, x: (ratio: number) => number): string {
  const { median, min, max } = ratioOf(comparison);
  const { targets, name, ours } = comparison;
  const colour =
    targets.length === 0
      ? COLOURS.free
      : targets.every((target) => isMet(comparison, target))
        ? COLOURS.met
        : COLOURS.missed;
  const middle = top + ROW / 2;
  const ticks = targets
    .filter(({ of }) => of === 'ratio')
    .map(
      ({ value }) =>
        `<line class="spread" x1="${x(value)}" x2="${x(value)}" y1="${top + 2}" y2="${top + ROW - 2}"/>`,
    );
  const [from, to] = [Math.min(x(1), x(median)), Math.max(x(1), x(median))];
  const label = ours.unit === '/s' ? name : `${name} (${ours.unit})`;
  return [
    `<text x="${LABELS - 12}" y="${middle + 4}" text-anchor="end">${label}</text>`,
    `<rect x="${from}" y="${top + 5}" width="${Math.max(1, to - from)}" height="${ROW - 10}" rx="2" fill="${colour}"/>`,
    `<line class="spread" x1="${x(min)}" x2="${x(max)}" y1="${middle}" y2="${middle}"/>`,
    ...ticks,
    `<text x="${Math.max(to, x(max)) + 6}" y="${middle + 4}">${figure(median)}</text>`,
  ].join('');
}

function renderLegend(y: number): string[] {
  const entries = [
    [COLOURS.met, 'target met'],
    [COLOURS.missed, 'target missed'],
    [COLOURS.free, 'no target'],
  ] as const;
  const marks = entries.map(
    ([colour, text], place) =>
      `<rect x="${LABELS + place * 110}" y="${y - 9}" width="10" height="10" rx="2" fill="${colour}"/>` +
      `<text x="${LABELS + place * 110 + 15}" y="${y}">${text}</text>`,
  );
  return [`<text x="${LABELS - 12}" y="${y}" text-anchor="end">of ms and MB less is better</text>`, ...marks];
}
