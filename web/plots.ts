/** Plots of the last five minutes, one value a second: a line each, with its present and greatest value in words. */
import type { Sample } from '../src/inspector/frames.js';
import { el, setText } from './dom.js';

const MOST_SAMPLES = 300;
const WIDTH = 600;
const HEIGHT = 80;
const SVG = 'http://www.w3.org/2000/svg';

type Value = Exclude<keyof Sample, 'at'>;

const PLOTS: Readonly<Record<Value, { readonly title: string; readonly unit: string }>> = {
  packetsIn: { title: 'Packets in', unit: 'per second' },
  packetsOut: { title: 'Packets out', unit: 'per second' },
  questions: { title: 'Questions', unit: 'per second, in all packets' },
  answers: { title: 'Answers', unit: 'per second, in all packets' },
  records: { title: 'Cached records', unit: 'on all links' },
  cacheBytes: { title: 'Cache', unit: 'bytes, by an estimate' },
  delay: { title: 'Delay of the event loop', unit: 'ms, the most in a second' },
};

export class PlotsView {
  readonly element = el('div', { class: 'plots' });
  readonly #plots: (readonly [Value, SVGPolylineElement, HTMLElement])[];
  #samples: Sample[] = [];

  constructor() {
    this.#plots = (Object.keys(PLOTS) as Value[]).map((value) => {
      const picture = document.createElementNS(SVG, 'svg');
      const line = document.createElementNS(SVG, 'polyline');
      const { title, unit } = PLOTS[value];
      picture.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
      picture.setAttribute('preserveAspectRatio', 'none');
      picture.setAttribute('aria-hidden', 'true');
      picture.append(line);
      const now = el('p', { class: 'value', text: 'no value so far' });
      this.element.append(
        el('figure', {}, el('figcaption', {}, el('strong', { text: title }), ` ${unit}`), now, picture),
      );
      return [value, line, now] as const;
    });
  }

  add(sample: Sample): void {
    this.#samples.push(sample);
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift();
  }

  show(): void {
    const last = this.#samples.at(-1);
    if (!last) return;
    for (const [value, line, now] of this.#plots) {
      const values = this.#samples.map((sample) => sample[value]);
      const most = Math.max(...values);
      const first = MOST_SAMPLES - values.length;
      const points = values.map((each, index) => {
        const x = ((first + index) / (MOST_SAMPLES - 1)) * WIDTH;
        return `${x.toFixed(1)},${(HEIGHT - 2 - (each / (most || 1)) * (HEIGHT - 4)).toFixed(1)}`;
      });
      line.setAttribute('points', points.join(' '));
      setText(now, `now ${round(last[value])}, at most ${round(most)}`);
    }
  }
}

function round(value: number): string {
  return Math.round(value).toLocaleString('en');
}
