/** What was thrown, as plain data that crosses to another thread. */

/** Of an error its name, message, code and stack; of anything else a message that says what it is. */
export type Thrown = {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
};

/** Any value can be thrown, and reading its properties may throw as well. */
export function thrownData(error: unknown): Thrown {
  try {
    if (!(error instanceof Error)) return { name: 'Error', message: messageOf(error) };
    const { code } = error as { readonly code?: unknown };
    return {
      name: String(error.name),
      message: String(error.message),
      ...(typeof code === 'string' && { code }),
      ...(typeof error.stack === 'string' && { stack: error.stack }),
    };
  } catch {
    return { name: 'Error', message: 'an error that cannot be read' };
  }
}

/** In words, for a message. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return typeof error === 'string' ? error : `a value of type ${typeof error}`;
}
