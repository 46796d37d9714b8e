/** A thrown value as plain data, which can be sent to another thread. */

/** Name, message, code and stack of an error; for any other value, a message that describes it. */
export type Thrown = {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
};

/** Does not throw, although any value can be thrown, and reading its properties may throw too. */
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

/** Describes a thrown value in a message. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return typeof error === 'string' ? error : `a value of type ${typeof error}`;
}
