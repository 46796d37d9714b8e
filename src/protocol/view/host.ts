/** A host that SRV records point at, with its addresses on all links; shared by all of its instances. */
import type { ServiceAddress } from '../dns-sd/instance.js';
import { type Name, nameKey } from '../name.js';
import { connectOrder, type HeardAddress, heardAddresses, sameAddresses } from './address-order.js';
import type { OpenQuestion } from './open-questions.js';

/** What one link knows about a host's addresses. */
export interface AddressesOnLink {
  readonly link: string;
  /** The questions for A and AAAA, once they are open. */
  readonly questions: readonly OpenQuestion<unknown>[];
  /** Increases with each change of its addresses; shared by all hosts. */
  readonly version: number;
}

interface MadeList {
  /** The newest version among its hosts. */
  readonly version: number;
  readonly addresses: readonly ServiceAddress[];
}

/** Lists kept for one host, one for each set of links; beyond that they are built again. */
const MAX_LISTS = 16;

/** What is known about one host name on all links. Two hosts of one name on two links count as one. */
export class Host {
  readonly key: string;
  /** The number of links with questions about it. */
  links = 0;
  /** By the links whose addresses they contain. */
  readonly #lists = new Map<string, MadeList>();

  constructor(name: Name) {
    this.key = nameKey(name);
  }

  /**
   * The addresses on some links. All callers with the same links share one list. It is built again after a change
   * there, and stays the same object if the addresses are the same.
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
  for (const { questions } of on) for (const open of questions) yield* heardAddresses(open);
}
