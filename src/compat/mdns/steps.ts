/** The steps of a resolver sequence: `rst`. The engine has resolved a service before, so most have little to do. */
import type { Mdns, ServiceInstance } from '../../index.js';
import { shareEngine } from '../shared-engine.js';
import { fillIn, knownOf, type Service } from './service.js';

export type Next = (error?: Error) => void;
export type Step = (service: Service, next: Next) => void;

export interface AddressOptions {
  /** 4, 6, or both. Default: both. */
  readonly families?: readonly number[];
}

/** Fills in `fullname`, `host`, `port` and the TXT record. */
function DNSServiceResolve(_options?: object): Step {
  return function DNSServiceResolve(service, next) {
    settle(next, async () => fillIn(service, await instanceOf(service)));
  };
}

/** Fills in `addresses`. */
export function DNSServiceGetAddrInfo({ families = [4, 6] }: AddressOptions = {}): Step {
  return function DNSServiceGetAddrInfo(service, next) {
    settle(next, async () => {
      const { addresses } = await instanceOf(service);
      const wanted = addresses.filter(({ family }) => families.includes(family === 'ipv4' ? 4 : 6));
      service.addresses = wanted.map(({ address }) => address);
    });
  };
}

/** The same, added to the addresses that there are. */
function getaddrinfo(options: AddressOptions = {}): Step {
  const step = DNSServiceGetAddrInfo(options);
  return function getaddrinfo(service, next) {
    const { addresses: before = [] } = service;
    step(service, (error) => {
      service.addresses = [...before, ...(service.addresses ?? [])];
      next(error);
    });
  };
}

function makeAddressesUnique(): Step {
  return function makeAddressesUnique(service, next) {
    service.addresses = [...new Set(service.addresses)];
    next();
  };
}

function filterAddresses(accepts: (address: string, index: number, all: string[]) => boolean): Step {
  return function filterAddresses(service, next) {
    service.addresses = (service.addresses ?? []).filter(accepts);
    next();
  };
}

function logService(): Step {
  return function logService(service, next) {
    // biome-ignore lint/suspicious/noConsole: this is what it is for.
    console.log(service);
    next();
  };
}

export const rst = {
  DNSServiceResolve,
  DNSServiceGetAddrInfo,
  getaddrinfo,
  makeAddressesUnique,
  filterAddresses,
  logService,
};

export const defaultSequence: readonly Step[] = [DNSServiceResolve(), DNSServiceGetAddrInfo(), makeAddressesUnique()];

/** Runs the steps one after the other. An exception of a step is passed to `done`. */
export function runSequence(service: Service, steps: readonly Step[], done: (error: Error | undefined) => void): void {
  let step = 0;
  const next: Next = (error) => {
    const current = steps[step];
    step += 1;
    if (error || current === undefined) done(error);
    else current(service, next);
  };
  next();
}

/** From the browser that has found it, or from the network. */
async function instanceOf(service: Service): Promise<ServiceInstance> {
  const { mdns, instance } = knownOf(service) ?? {};
  if (instance) return instance;
  const { name = '', type } = service;
  const ask = (engine: Mdns) => engine.resolve(name, `_${type.name}._${type.protocol}`);
  if (mdns) return ask(mdns);
  const shared = shareEngine({});
  return ask(shared.mdns).finally(() => shared.release().catch(() => {}));
}

/** Outside of the promise, so that an exception of a later step is not a rejection. */
function settle(next: Next, work: () => Promise<void>): void {
  work().then(
    () => process.nextTick(next),
    (error: Error) => process.nextTick(next, error),
  );
}
