/** An action or guard with the event as its parameters: `on: { 'a.b': { actions: withEvent('note') } }`. */
export function withEvent<const T extends string>(type: T) {
  return { type, params: <E>({ event }: { readonly event: E }): E => event };
}
