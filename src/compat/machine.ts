/** This computer: its name and its addresses. */
import { NodeNetwork } from '../index.js';

const machine = new NodeNetwork();

/** The name of this computer. */
export function hostname(): string {
  return machine.hostname();
}

/** The addresses of this computer on all interfaces except loopback, as the originals publish them on each. */
export function ownAddresses(): { readonly address: string; readonly family: 'ipv4' | 'ipv6'; readonly on: string }[] {
  const interfaces = machine.interfaces().filter(({ loopback }) => !loopback);
  const inOrder = [...interfaces].sort((a, b) => a.index - b.index);
  return inOrder.flatMap(({ name, addresses }) =>
    addresses.map(({ address, family }) => ({ address, family, on: name })),
  );
}
