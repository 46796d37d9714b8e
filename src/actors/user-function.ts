/** Functions that users hand over: what they return may be a promise that rejects, which would end the process. */

/** Whether it is a promise or the like; if so, its rejection is handled, by `onRejected` if given. */
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
