/** The browser of bonjour 3. */
import type { ServiceInstance } from '../../index.js';
import { adopt, Browsing } from '../bonjour-family/browsing.js';
import { type Found, foundFrom, txtBlocks } from '../bonjour-family/found.js';
import { Ground } from '../bonjour-family/ground.js';
import { decodeTxt, type TxtValues } from '../bonjour-family/older.js';
import { packTxt } from './service.js';

export interface BrowserOptions {
  /** `http`. Default: every type. */
  type?: string | undefined;
  /** Without effect. */
  subtypes?: string[] | undefined;
  /** Default: `tcp`. */
  protocol?: string | undefined;
  /** Only the service of this name. */
  name?: string | undefined;
  /** `binary`: values of TXT data are bytes. Default: text. */
  txt?: { binary?: boolean; [key: string]: unknown } | undefined;
}

export interface RemoteService extends Found {
  txt: TxtValues;
  rawTxt: Buffer;
}

export class Browser extends Browsing<RemoteService, { up: [service: RemoteService]; down: [service: RemoteService] }> {
  readonly #binary: boolean;

  /** @param mdns the `_server.mdns` of a `Bonjour` */
  constructor(
    mdns: unknown,
    opts?: BrowserOptions | ((service: RemoteService) => void) | null,
    onup?: (service: RemoteService) => void,
  ) {
    const sought = typeof opts === 'function' ? {} : (opts ?? {});
    super(mdns instanceof Ground ? mdns : Ground.of(mdns), sought);
    this.#binary = sought.txt?.binary ?? false;
    const listener = typeof opts === 'function' ? opts : onup;
    if (listener) this.on('up', listener);
    this.start();
  }

  get services(): RemoteService[] {
    return this.found;
  }

  protected describe(instance: ServiceInstance): RemoteService {
    const found = foundFrom(this.ground, instance);
    return { ...found, txt: decodeTxt(instance, this.#binary), rawTxt: packTxt(txtBlocks(instance)) };
  }

  protected accepts(): boolean {
    return true;
  }

  /** There is no event for it, so the object that was reported changes. */
  protected note(service: RemoteService, before: RemoteService): void {
    adopt(before, service);
  }
}
