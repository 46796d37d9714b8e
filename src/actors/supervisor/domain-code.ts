/** The code of domains beyond the link, which is loaded only where there are some. */
import type { unicastDomainMachine } from '../domain/unicast-domain.js';
import { stopsItsChildren } from './stops-its-children.js';

export const domainCode: { logic: typeof unicastDomainMachine | undefined } = { logic: undefined };

export async function loadDomainCode(): Promise<void> {
  const { unicastDomainMachine: machine } = await import('../domain/unicast-domain.js');
  takeDomainCode(machine);
}

/** For what has loaded it already. */
export function takeDomainCode(machine: typeof unicastDomainMachine): void {
  domainCode.logic ??= stopsItsChildren(machine);
}
