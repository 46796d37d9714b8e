/** The browser of bonjour-hap. */
import { isDeepStrictEqual } from 'node:util';
import type { ServiceInstance } from '../../index.js';
import { Browsing } from '../bonjour-family/browsing.js';
import { type Found, foundFrom, txtBlocks } from '../bonjour-family/found.js';
import { Ground } from '../bonjour-family/ground.js';
import { decodeTxt, type TxtValues } from '../bonjour-family/older.js';

export interface BonjourFindOptions {
  /** Default: every type. */
  type?: string;
  /** Default: `tcp`. */
  protocol?: 'tcp' | 'udp';
  /** Only the service of this name. */
  name?: string;
  /** `binary`: values of TXT data are bytes. Default: text. */
  txt?: { binary?: boolean };
}

export interface BonjourService extends Found {
  txt?: TxtValues;
  rawTxt?: Buffer[];
}

interface Events {
  up: [service: BonjourService];
  down: [service: BonjourService];
  update: [service: BonjourService];
}

export class Browser extends Browsing<BonjourService, Events> {
  readonly #binary: boolean;

  /** @param mdns the `_server.mdns` of a `Bonjour` */
  constructor(
    mdns: unknown,
    opts?: BonjourFindOptions | ((service: BonjourService) => void) | null,
    onup?: (service: BonjourService) => void,
  ) {
    const sought = typeof opts === 'function' ? {} : (opts ?? {});
    super(mdns instanceof Ground ? mdns : Ground.of(mdns), sought);
    this.#binary = sought.txt?.binary ?? false;
    const listener = typeof opts === 'function' ? opts : onup;
    if (listener) this.on('up', listener);
    this.start();
  }

  get services(): BonjourService[] {
    return this.found;
  }

  protected describe(instance: ServiceInstance): BonjourService {
    const found = foundFrom(this.ground, instance);
    return { ...found, txt: decodeTxt(instance, this.#binary), rawTxt: txtBlocks(instance) };
  }

  protected accepts(): boolean {
    return true;
  }

  protected note(service: BonjourService, before: BonjourService, replace: () => void): void {
    const facts = ({ host, port, addresses, subtypes, txt }: BonjourService) => ({
      host,
      port,
      addresses,
      subtypes,
      txt,
    });
    if (isDeepStrictEqual(facts(service), facts(before))) return;
    replace();
    this.tell('update', service);
  }
}
