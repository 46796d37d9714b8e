/** An action or a guard that takes the event as its parameters: `on: { 'a.b': { actions: withEvent('note') } }`. */
export function withEvent<const T extends string>(type: T) {
  return { type, params: <E>({ event }: { readonly event: E }): E => event };
}
