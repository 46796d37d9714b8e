/** Reads the boxes, texts and lines out of a chart's SVG, and finds what lies over what. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Drawing {
  readonly picture: Box;
  readonly states: readonly { readonly id: string; readonly box: Box; readonly texts: readonly Box[] }[];
  readonly labels: readonly { readonly ids: string; readonly box: Box; readonly texts: readonly Box[] }[];
  readonly starts: readonly Box[];
  /** Upright and level pieces of lines, with the ids of their arrow. */
  readonly lines: readonly { readonly ids: string; readonly box: Box }[];
}

/** A letter reaches so far above and below its base line. */
const [ASCENT, DESCENT] = [9, 3];
/** A line so close to a text would look like a letter of it. */
const CLEARANCE = 2;
/** Coordinates are rounded, and the tangents of a corner end a little inside it. */
const TOLERANCE = 0.3;

export function readSvg(svg: string): Drawing {
  const [, width = '0', height = '0'] = /viewBox="0 0 (\S+) (\S+)"/.exec(svg) ?? [];
  // Groups of texts are inside those of states and labels: they end a line, the others have one for themselves.
  const groups = [
    ...svg.matchAll(/^<g class="(state|label)[^>]* data-(?:state|transition)="([^"]*)">\n(.*?)\n<\/g>$/gms),
  ];
  const read = (kind: string) =>
    groups
      .filter(([, found]) => found === kind)
      .map(([, , id = '', text = '']) => ({ id, box: rectOf(text), texts: textsOf(text) }));
  const arrows = [...svg.matchAll(/<g class="arrow"(?: data-transition="([^"]*)")?><path class="line" d="([^"]*)"/g)];
  return {
    picture: { left: 0, top: 0, right: Number(width), bottom: Number(height) },
    states: read('state'),
    labels: read('label').map(({ id, ...rest }) => ({ ids: id, ...rest })),
    starts: [...svg.matchAll(/<circle class="start" cx="(\S+)" cy="(\S+)" r="(\S+)"/g)].map(([, ...found]) => {
      const [x = 0, y = 0, r = 0] = found.map(Number);
      return { left: x - r, top: y - r, right: x + r, bottom: y + r };
    }),
    lines: arrows.flatMap(([, ids = '', path = '']) => piecesOf(path).map((box) => ({ ids, box }))),
  };
}

/** What is wrong with the picture, in words. */
export function faultsOf({ picture, states, labels, starts, lines }: Drawing): string[] {
  const faults: string[] = [];
  const check = (isFault: boolean, what: string) => {
    if (isFault) faults.push(what);
  };
  for (const [index, { id, box, texts }] of states.entries()) {
    check(!isInside(box, picture), `state ${id} is outside the picture`);
    for (const other of states.slice(index + 1)) {
      if (isWithin(other.id, id)) {
        check(!isInside(other.box, box), `state ${other.id} is outside ${id}`);
        check(
          texts.some((text) => overlaps(text, other.box)),
          `state ${other.id} lies over the text of ${id}`,
        );
      } else check(overlaps(box, other.box), `state ${other.id} lies over ${id}`);
    }
    check(
      texts.some((text) => !isInside(text, box)),
      `the text of ${id} is outside its box`,
    );
    check(
      lines.some((line) => texts.some((text) => overlaps(line.box, text))),
      `a line crosses the text of ${id}`,
    );
    const isLeaf = !states.some((other) => other.id !== id && isWithin(other.id, id));
    check(isLeaf && lines.some((line) => overlaps(line.box, box)), `a line crosses ${id}`);
    check(
      starts.some((start) => texts.some((text) => overlaps(start, text))),
      `a dot lies over the text of ${id}`,
    );
    check(isLeaf && starts.some((start) => overlaps(start, box)), `a dot lies over ${id}`);
  }
  for (const [index, { ids, box, texts }] of labels.entries()) {
    check(!isInside(box, picture), `label ${ids} is outside the picture`);
    check(
      texts.some((text) => !isInside(text, box)),
      `the text of label ${ids} is outside its box`,
    );
    check(!lines.some((line) => line.ids === ids && overlaps(line.box, box)), `label ${ids} is not at its line`);
    check(
      starts.some((start) => overlaps(start, box)),
      `a dot lies over label ${ids}`,
    );
    for (const other of labels.slice(index + 1)) check(overlaps(box, other.box), `label ${other.ids} lies over ${ids}`);
    for (const line of lines)
      check(line.ids !== ids && overlaps(line.box, box), `line ${line.ids} crosses label ${ids}`);
    for (const state of states) {
      const isClear =
        !overlaps(state.box, box) || (isInside(box, state.box) && !state.texts.some((text) => overlaps(text, box)));
      const isOverLeaf =
        !states.some(({ id }) => id !== state.id && isWithin(id, state.id)) && overlaps(state.box, box);
      check(!isClear || isOverLeaf, `label ${ids} lies over state ${state.id}`);
    }
  }
  return faults;
}

function isWithin(id: string, ancestor: string): boolean {
  return id.startsWith(`${ancestor}.`);
}

function overlaps(a: Box, b: Box): boolean {
  return (
    a.left < b.right - TOLERANCE &&
    b.left < a.right - TOLERANCE &&
    a.top < b.bottom - TOLERANCE &&
    b.top < a.bottom - TOLERANCE
  );
}

function isInside(inner: Box, outer: Box): boolean {
  return (
    inner.left >= outer.left - TOLERANCE &&
    inner.right <= outer.right + TOLERANCE &&
    inner.top >= outer.top - TOLERANCE &&
    inner.bottom <= outer.bottom + TOLERANCE
  );
}

function rectOf(group: string): Box {
  const found = /<rect class="box" x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)"/.exec(group);
  const [x = 0, y = 0, width = 0, height = 0] = (found ?? []).slice(1).map(Number);
  return { left: x, top: y, right: x + width, bottom: y + height };
}

function textsOf(group: string): Box[] {
  return [...group.matchAll(/<text x="(\S+)" y="(\S+)" textLength="(\S+)">/g)].map(([, ...found]) => {
    const [x = 0, y = 0, width = 0] = found.map(Number);
    return { left: x - CLEARANCE, top: y - ASCENT, right: x + width + CLEARANCE, bottom: y + DESCENT };
  });
}

/** The corners' tangents meet in the corner itself: with it the pieces are upright or level. */
function piecesOf(path: string): Box[] {
  const points = [...path.matchAll(/[MLQ ]?(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }));
  return points.slice(1).map((to, index) => {
    const from = points[index] ?? to;
    return {
      left: Math.min(from.x, to.x) - TOLERANCE / 2,
      right: Math.max(from.x, to.x) + TOLERANCE / 2,
      top: Math.min(from.y, to.y) - TOLERANCE / 2,
      bottom: Math.max(from.y, to.y) + TOLERANCE / 2,
    };
  });
}
