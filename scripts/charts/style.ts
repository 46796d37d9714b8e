/** Colours on a ground of their own, so that the picture can be read on a light and on a dark page. */
import { FONT_SIZE } from './text.js';

const light = {
  paper: '#ffffff',
  even: '#ffffff',
  odd: '#f3f6fa',
  edge: '#6e7781',
  text: '#1f2328',
  muted: '#57606a',
  guard: '#8250df',
  event: '#0550ae',
};
const dark: typeof light = {
  paper: '#0d1117',
  even: '#0d1117',
  odd: '#161b22',
  edge: '#8b949e',
  text: '#e6edf3',
  muted: '#9da7b1',
  guard: '#d2a8ff',
  event: '#79c0ff',
};

function rules({ paper, even, odd, edge, text, muted, guard, event }: typeof light): string {
  return [
    `.chart .paper{fill:${paper}}`,
    `.chart .even>rect{fill:${even}}`,
    `.chart .odd>rect{fill:${odd}}`,
    `.chart .state>rect{stroke:${edge}}`,
    `.chart .label>rect{fill:${paper};stroke:${edge}}`,
    `.chart .line{stroke:${edge}}`,
    `.chart .head,.chart .start{fill:${edge}}`,
    `.chart text{fill:${text}}`,
    `.chart .keyword,.chart .action{fill:${muted}}`,
    `.chart .guard{fill:${guard}}`,
    `.chart .event,.chart .target{fill:${event}}`,
  ].join('');
}

export const STYLE = [
  `.chart text{font:${FONT_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}`,
  '.chart .name{font-weight:bold}',
  '.chart .line{fill:none}',
  '.chart .label>rect{stroke-width:.5}',
  '.chart .state>.inner{fill:none}',
  '.chart .region>rect{stroke-dasharray:4 3}',
  rules(light),
  `@media (prefers-color-scheme:dark){${rules(dark)}}`,
].join('');
