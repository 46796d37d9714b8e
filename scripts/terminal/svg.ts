/** A picture of a terminal, as SVG. */
import type { TerminalImage } from '../../test/support/terminal.js';

type Spot = TerminalImage['lines'][number][number];

const [CELL_WIDTH, CELL_HEIGHT, MARGIN] = [8.4, 19, 14];
const FONT = 'ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace';
const [BACKGROUND, FOREGROUND, DIM] = ['#1c2128', '#e6edf3', '#8b98a5'];
const COLORS: Readonly<Record<number, string>> = { 31: '#ff7b72', 32: '#7ee787', 36: '#76e3ea' };

/** @param title for those who do not see it */
export function svgOf(lines: readonly (readonly Spot[])[], columns: number, title: string): string {
  const [width, height] = [columns * CELL_WIDTH + 2 * MARGIN, lines.length * CELL_HEIGHT + 2 * MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="${FONT}" font-size="14">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
    ...lines.flatMap((line, row) => runsOf(line).map((run) => textOf(run, row))),
    '</svg>',
    '',
  ].join('\n');
}

interface Run {
  readonly column: number;
  readonly spots: Spot[];
}

/** Neighbours of the same look; a wide character is a run of its own, so that it takes two columns in any font. */
function runsOf(line: readonly Spot[]): Run[] {
  const runs: Run[] = [];
  for (const [column, spot] of line.entries()) {
    const before = runs.at(-1);
    const last = before?.spots.at(-1);
    if (spot.text === '') before?.spots.push(spot);
    else if (before && last && last.text !== '' && line[column + 1]?.text !== '' && lookOf(last) === lookOf(spot))
      before.spots.push(spot);
    else runs.push({ column, spots: [spot] });
  }
  return runs.filter(({ spots }) => spots.some(({ text }) => text.trim() !== ''));
}

function textOf({ column, spots }: Run, row: number): string {
  const [first] = spots;
  const [x, y] = [MARGIN + column * CELL_WIDTH, MARGIN + (row + 0.75) * CELL_HEIGHT];
  const text = spots.map((spot) => spot.text).join('');
  const length = `textLength="${(spots.length * CELL_WIDTH).toFixed(1)}" lengthAdjust="spacingAndGlyphs"`;
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${length} xml:space="preserve"${first ? lookOf(first) : ''}>${escaped(text)}</text>`;
}

function lookOf({ bold, dim, underline, color }: Spot): string {
  const fill = dim ? DIM : ((color === undefined ? undefined : COLORS[color]) ?? FOREGROUND);
  return ` fill="${fill}"${bold ? ' font-weight="bold"' : ''}${underline ? ' text-decoration="underline"' : ''}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
