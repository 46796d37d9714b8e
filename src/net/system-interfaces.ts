/** The interfaces of the operating system, with what Node does not report about them: index, MTU, carrier and flags. */
import { readFileSync } from 'node:fs';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { isLinkLocal } from '../ip/address.js';
import { compareText } from '../ip/text.js';
import { compareAddresses } from './addresses.js';
import { type FlagsOf, kernelFlags } from './ipv6-flags.js';
import type { InterfaceAddress, NetworkInterface } from './network.js';

const ETHERNET_MTU = 1_500;
/** Bits of the flags in `struct ifreq` (netdevice(7)). */
const POINT_TO_POINT_FLAG = 0x10;
const MULTICAST_FLAG = 0x1000;

/** What the kernel reports about an interface besides its addresses. */
export interface KernelFacts {
  readonly index: number;
  readonly mtu: number;
  readonly flags: number;
  readonly carrierChanges: number;
}

type Listing = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** Every interface that is up and has an address, loopback included, sorted by name. Never throws. */
export function systemInterfaces(): readonly NetworkInterface[] {
  return describeInterfaces(listing(), kernelFacts, kernelFlags());
}

/** One interface by its name; cheaper than all of them on a host with hundreds. */
export function systemInterface(name: string): NetworkInterface | undefined {
  return describeInterface(name, listing(), kernelFacts, kernelFlags());
}

function listing(): Listing {
  try {
    return networkInterfaces();
  } catch {
    // Some sandboxes forbid the call (Android, seccomp): report a host without interfaces.
    return {};
  }
}

/** Combines what Node and the kernel report into one list. */
export function describeInterfaces(
  listed: Listing,
  factsOf: (name: string) => KernelFacts | undefined,
  flagsOf: FlagsOf = () => undefined,
): readonly NetworkInterface[] {
  const found = new Map<string, { facts: KernelFacts | undefined; infos: NetworkInterfaceInfo[] }>();
  for (const [label, infos = []] of Object.entries(listed)) {
    const { name, facts } = deviceOf(label, factsOf);
    const known = found.get(name);
    if (known === undefined) found.set(name, { facts, infos: [...infos] });
    else known.infos.push(...infos);
  }
  return [...found]
    .map(([name, { facts, infos }]) => describe(name, facts, infos, flagsOf))
    .sort((a, b) => compareText(a.name, b.name));
}

/** Like `describeInterfaces`, but asks the kernel about one interface only. */
export function describeInterface(
  name: string,
  listed: Listing,
  factsOf: (name: string) => KernelFacts | undefined,
  flagsOf: FlagsOf = () => undefined,
): NetworkInterface | undefined {
  const own = Object.entries(listed).filter(([label]) => label === name || label.startsWith(`${name}:`));
  return describeInterfaces(Object.fromEntries(own), factsOf, flagsOf).find((found) => found.name === name);
}

/** An address with a label, `eth0:1`, is listed as an interface of that name, but belongs to `eth0`. */
function deviceOf(label: string, factsOf: (name: string) => KernelFacts | undefined) {
  const facts = factsOf(label);
  const colon = label.indexOf(':');
  if (facts !== undefined || colon < 0) return { name: label, facts };
  const device = label.slice(0, colon);
  const deviceFacts = factsOf(device);
  return deviceFacts === undefined ? { name: label, facts } : { name: device, facts: deviceFacts };
}

function describe(
  name: string,
  facts: KernelFacts | undefined,
  infos: readonly NetworkInterfaceInfo[],
  flagsOf: FlagsOf,
): NetworkInterface {
  const addresses = infos
    .map((info) => ({ ...addressOf(info), ...(info.family === 'IPv6' && flagsOf(name, info.address)) }))
    .sort(compareAddresses);
  const loopback = infos.some((info) => info.internal);
  const index = facts?.index ?? indexInZone(infos);
  return {
    name,
    index,
    zone: process.platform === 'win32' ? String(index) : name,
    loopback,
    multicast: facts === undefined || (facts.flags & MULTICAST_FLAG) !== 0,
    pointToPoint:
      facts === undefined ? !loopback && addresses.every(standsAlone) : (facts.flags & POINT_TO_POINT_FLAG) !== 0,
    mtu: facts?.mtu ?? ETHERNET_MTU,
    carrierChanges: facts?.carrierChanges ?? 0,
    addresses,
  };
}

function addressOf(info: NetworkInterfaceInfo): InterfaceAddress {
  const family = info.family === 'IPv4' ? 'ipv4' : 'ipv6';
  const prefix = info.cidr?.split('/')[1];
  return { family, address: info.address, prefixLength: prefix === undefined ? widthOf(family) : Number(prefix) };
}

/** The interface's index, which the system uses as zone of a link-local address. */
function indexInZone(infos: readonly NetworkInterfaceInfo[]): number {
  const linkLocal = infos.find((info) => info.family === 'IPv6' && isLinkLocal(info.address));
  return linkLocal?.scopeid ?? 0;
}

/** Whether an address has no subnet: the only sign of a tunnel where the kernel reports no flags. */
function standsAlone(address: InterfaceAddress): boolean {
  return address.prefixLength === widthOf(address.family);
}

function widthOf(family: InterfaceAddress['family']): number {
  return family === 'ipv4' ? 32 : 128;
}

function kernelFacts(name: string): KernelFacts | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return {
      index: readNumber(name, 'ifindex'),
      mtu: readNumber(name, 'mtu'),
      flags: readNumber(name, 'flags'),
      carrierChanges: countCarrierChanges(name),
    };
  } catch {
    // The interface has gone meanwhile, is a label, or the container has no sysfs.
    return undefined;
  }
}

/** 0 where the kernel keeps no count (before Linux 3.15, some sandboxes). */
function countCarrierChanges(name: string): number {
  try {
    return readNumber(name, 'carrier_changes');
  } catch {
    return 0;
  }
}

function readNumber(name: string, file: string): number {
  return Number(readFileSync(`/sys/class/net/${name}/${file}`, 'latin1'));
}
