/** Functions of users may return a promise; if it rejects without a handler, Node.js ends the process. */

/** Whether a value is a promise or has a `then` method; if so, handles its rejection, with `onRejected` if given. */
export function isPromise(value: unknown, onRejected: (error: unknown) => void = () => {}): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  try {
    const { then } = value as { readonly then?: unknown };
    if (typeof then !== 'function') return false;
    then.call(value, undefined, onRejected);
    return true;
  } catch (error) {
    onRejected(error);
    return true;
  }
}
