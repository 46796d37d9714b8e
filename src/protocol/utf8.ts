/** The text of these bytes; what is not well-formed becomes U+FFFD. Without a copy, unlike `Buffer.from(bytes)`. */
export function utf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}
