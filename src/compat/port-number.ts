/** A port as the originals take it: also text, such as `process.env.PORT`. The engine refuses what is not a number. */
export function portNumber(port: unknown): number {
  return (typeof port === 'string' && /^\d+$/.test(port) ? Number(port) : port) as number;
}
