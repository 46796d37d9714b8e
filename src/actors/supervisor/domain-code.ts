/** The code of domains beyond the link, which is loaded only where there are some. */
import type { registryMachine } from '../domain/registry.js';
import type { unicastDomainMachine } from '../domain/unicast-domain.js';
import { stopsItsChildren } from './stops-its-children.js';

interface DomainCode {
  readonly unicastDomainMachine: typeof unicastDomainMachine;
  readonly registryMachine: typeof registryMachine;
}

export const domainCode: {
  logic: typeof unicastDomainMachine | undefined;
  registry: typeof registryMachine | undefined;
} = { logic: undefined, registry: undefined };

export async function loadDomainCode(): Promise<void> {
  const [domain, registry] = await Promise.all([
    import('../domain/unicast-domain.js'),
    import('../domain/registry.js'),
  ]);
  takeDomainCode({ ...domain, ...registry });
}

/** For what has loaded it already. */
export function takeDomainCode({ unicastDomainMachine: domain, registryMachine: registry }: DomainCode): void {
  domainCode.logic ??= stopsItsChildren(domain);
  domainCode.registry ??= stopsItsChildren(registry);
}
