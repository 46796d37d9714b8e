/** The contents of an event in a few words: what takes much room is counted, and actors are named. */

const MOST_CHARACTERS = 200;
const MOST_TEXT = 60;
const MOST_KEYS = 12;
const DEEPEST = 2;

/** `revision: 3, records: [5], bytes: <34 B>, port: @querier`. It does not look further than it shows. */
export function inShort(event: object): string {
  const text = fields(event, 0, 'type');
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}

function fields(object: object, depth: number, except?: string): string {
  const shown: string[] = [];
  for (const key in object) {
    const value = (object as Readonly<Record<string, unknown>>)[key];
    if (key === except || value === undefined || typeof value === 'function') continue;
    if (shown.length === MOST_KEYS) return `${shown.join(', ')}, …`;
    shown.push(`${key}: ${valueText(value, depth)}`);
  }
  return shown.join(', ');
}

function valueText(value: unknown, depth: number): string {
  if (typeof value === 'string') return value.length > MOST_TEXT ? `${value.slice(0, MOST_TEXT - 1)}…` : value;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.length}]`;
  if (ArrayBuffer.isView(value)) return `<${value.byteLength} B>`;
  if (value instanceof Map || value instanceof Set) return `{${value.size}}`;
  if ('sessionId' in value && 'id' in value) return `@${value.id}`;
  if (value instanceof Error) return valueText(value.message, depth);
  return depth === DEEPEST ? '{…}' : `{${fields(value, depth + 1)}}`;
}
