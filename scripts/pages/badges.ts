/** docs/images/badges.svg: what the repository itself can say, without a service. */
import { items } from '../../test/conformance/items.js';
import { citedTests } from '../test-titles.js';
import { textOf } from './source.js';

const HEIGHT = 20;
const GAP = 6;
const PADDING = 7;
/** Of Verdana at 11 pixels, on average; `textLength` makes the text fit whatever font is there. */
const CHARACTER = 6.6;

interface PackageJson {
  readonly license: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

export function badges(): string {
  const { license, engines, dependencies } = JSON.parse(textOf('package.json')) as PackageJson;
  const cited = new Set(citedTests().flatMap(({ ids }) => ids));
  const musts = items.filter(({ level }) => level === 'MUST');
  const tested = musts.filter(({ id }) => cited.has(id)).length;
  return row([
    ['node', engines.node.replace('>=', '≥ ')],
    ['dependencies', `${Object.keys(dependencies).length}`],
    ['types', 'included'],
    ['MUSTs of the RFCs tested', `${tested} of ${musts.length}`],
    ['license', license],
  ]);
}

function row(pairs: readonly (readonly [string, string])[]): string {
  let x = 0;
  const drawn = pairs.map(([label, value]) => {
    const [left, right] = [widthOf(label), widthOf(value)];
    const at = x;
    x += left + right + GAP;
    return [
      `  <g transform="translate(${at})">`,
      `    <rect width="${left + right}" height="${HEIGHT}" rx="3" fill="#2f6f4f"/>`,
      `    <path d="M3 0h${left - 3}v${HEIGHT}h-${left - 3}a3 3 0 0 1-3-3v-14a3 3 0 0 1 3-3z" fill="#444c56"/>`,
      `    ${text(label, 0, left)}${text(value, left, right)}`,
      '  </g>',
    ].join('\n');
  });
  const width = x - GAP;
  const style = 'font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" fill="#fff"';
  const title = `<title>${pairs.map((pair) => pair.join(' ')).join(', ')}</title>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" ${style}>\n${title}\n${drawn.join('\n')}\n</svg>\n`;
}

function widthOf(words: string): number {
  return Math.round(words.length * CHARACTER) + 2 * PADDING;
}

function text(words: string, x: number, width: number): string {
  return `<text x="${x + PADDING}" y="14" textLength="${width - 2 * PADDING}" lengthAdjust="spacingAndGlyphs">${words}</text>`;
}
