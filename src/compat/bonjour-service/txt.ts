/** TXT data as bonjour-service writes and reads it. */

/** What the types of the original leave open. */
export type Anything = ReturnType<typeof JSON.parse>;
export type KeyValue = { [key: string]: Anything };

/** Each value as text, also `true` and `undefined`. */
export function encodeTxt(data: KeyValue = {}): Buffer[] {
  return Object.entries(data ?? {}).map(([key, value]) => Buffer.from(`${key}=${value}`));
}

/** Of equal keys the last wins. A string without `=` is a key without a value; one of a single byte is left out. */
export function decodeTxt(blocks: readonly Buffer[]): KeyValue {
  const strings = blocks.filter(({ length }) => length > 1).map(String);
  return Object.fromEntries(
    strings.map((text) => {
      const [key = '', value] = text.split(/=(.+)/);
      return [key, value];
    }),
  );
}

/** Whether a service has all attributes of a filter; values are compared loosely, `1` is `'1'`. */
export function matchesTxt(txt: KeyValue, wanted: KeyValue): boolean {
  return Object.entries(wanted).every(([key, value]) => {
    const has = txt[key];
    // biome-ignore lint/suspicious/noDoubleEquals: as the original does
    return has !== undefined && value == has;
  });
}

export function equalTxt(a: KeyValue, b: KeyValue): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
