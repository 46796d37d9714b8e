/** A host at which SRV records point, with its addresses on all links: what all of its instances share. */
import type { ServiceAddress } from '../dns-sd/instance.js';
import { type Name, nameKey } from '../name.js';
import { connectOrder, type HeardAddress, heardAddresses, sameAddresses } from './address-order.js';
import type { Watch } from './open-questions.js';

/** What one link knows of a host's addresses. */
export interface AddressesOnLink {
  readonly link: string;
  /** Those for A and AAAA, once they are asked. */
  readonly watches: readonly Watch<unknown>[];
  /** Grows with each change of its addresses, over all hosts. */
  readonly version: number;
}

interface MadeList {
  /** The newest of its hosts' versions. */
  readonly version: number;
  readonly addresses: readonly ServiceAddress[];
}

/** Sets of links from which one host's lists are kept; with more of them, they are made anew. */
const MAX_LISTS = 16;

/** What is known of one name on all links. Two hosts of one name on two links count as one. */
export class Host {
  readonly key: string;
  /** On how many links it is asked about. */
  links = 0;
  /** By the links whose addresses they hold. */
  readonly #lists = new Map<string, MadeList>();

  constructor(name: Name) {
    this.key = nameKey(name);
  }

  /**
   * The addresses on some links. One list for everybody who asks for the same links, made anew when something has changed
   * there, and the same object as before when nothing has come of it.
   */
  addresses(on: readonly AddressesOnLink[]): readonly ServiceAddress[] {
    const key = on.length === 1 ? (on[0]?.link ?? '') : linksKey(on);
    const version = Math.max(...on.map((host) => host.version));
    const made = this.#lists.get(key);
    if (made?.version === version) return made.addresses;
    const addresses = connectOrder(heardOn(on));
    const list = { version, addresses: made && sameAddresses(made.addresses, addresses) ? made.addresses : addresses };
    if (!made && this.#lists.size >= MAX_LISTS) this.#lists.clear();
    this.#lists.set(key, list);
    return list.addresses;
  }
}

function linksKey(on: readonly AddressesOnLink[]): string {
  return on
    .map(({ link }) => link)
    .sort()
    .join(' ');
}

function* heardOn(on: readonly AddressesOnLink[]): Iterable<HeardAddress> {
  for (const { watches } of on) for (const watch of watches) yield* heardAddresses(watch);
}
