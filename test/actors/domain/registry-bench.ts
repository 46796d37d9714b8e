/** A registry with a server of its zone, on a virtual clock. */
import { createHmac } from 'node:crypto';
import type { RegistryReport } from '../../../src/actors/domain/registration-events.js';
import { type RegistryInput, registryMachine } from '../../../src/actors/domain/registry.js';
import { type HostPublication, OWN_HOST, type ServicePublication } from '../../../src/actors/publication.js';
import type { DnsNetwork, DnsOutcome } from '../../../src/net/dns.js';
import { isReplyTo, withId } from '../../../src/net/dns-match.js';
import type { TsigSigner } from '../../../src/protocol/unicast/tsig.js';
import { ZoneRecords } from '../../../src/testing/zone-records.js';
import { Bench, Coverage } from '../../support/actors.js';
import { ZoneServer } from '../../support/zone-server.js';

export const coverage = new Coverage(registryMachine);
export const DOMAIN = 'office.example';
const START_SECONDS = 1_700_000_000;
const TTLS = { host: 120, other: 4500 };

export function signer(secret = 'secret', name = 'update'): TsigSigner {
  return { name, algorithm: 'hmac-sha256', hmac: (bytes) => createHmac('sha256', secret).update(bytes).digest() };
}

export function host(label = 'pi', parts: Partial<HostPublication> = {}): HostPublication {
  return { kind: 'host', id: OWN_HOST, host: `${label}.local`, ttls: TTLS, ...parts };
}

export function service(instance: string, parts: Partial<ServicePublication> = {}): ServicePublication {
  const base = { kind: 'service', id: instance, instance, typeName: '_http._tcp.local', port: 80 } as const;
  const rest = { priority: 0, weight: 0, host: 'pi.local', txt: [], subtypes: [], extra: [], ttls: TTLS };
  return { ...base, ...rest, ...parts };
}

export const eth0 = (...addresses: readonly string[]) => ({
  ...{ name: 'eth0', index: 2, zone: 'eth0', loopback: false, multicast: true, pointToPoint: false, mtu: 1500 },
  carrierChanges: 0,
  addresses: addresses.map((address) => {
    return { address, prefixLength: 24, family: address.includes(':') ? ('ipv6' as const) : ('ipv4' as const) };
  }),
});

export class RegistryBench {
  readonly bench = new Bench();
  readonly supervisor = this.bench.recorder<RegistryReport>();
  readonly server: ZoneServer;
  /** Whether the server is reachable. */
  isUp = true;
  /** Seconds by which our clock is ahead. */
  clockError = 0;
  /** The addresses of the servers that were asked. */
  readonly asked = new Set<string>();

  constructor(
    readonly zone = new ZoneRecords(DOMAIN),
    key: TsigSigner | undefined = signer(),
  ) {
    this.server = new ZoneServer(zone, () => START_SECONDS + this.bench.clock.now() / 1000, key);
  }

  readonly dns: DnsNetwork = {
    settings: () => ({ servers: [{ address: '198.18.0.1', port: 53 }], search: [] }),
    epochSeconds: () => START_SECONDS + this.bench.clock.now() / 1000 + this.clockError,
    exchange: ({ message, over, server, timeoutMs }, done) => {
      const sent = withId(message, 7);
      this.asked.add(server.address);
      const { clock } = this.bench;
      const end = (outcome: Omit<DnsOutcome, 'ignored'>) => done({ ...outcome, ignored: 0 } as DnsOutcome);
      const timer = this.isUp
        ? clock.setTimeout(() => {
            const reply = this.server.answer(sent, over);
            if (reply && isReplyTo(sent, reply)) end({ reply, fault: undefined });
          }, 2)
        : clock.setTimeout(() => {
            end({ reply: undefined, fault: { code: 'ETIMEDOUT', message: `${server.address} is silent.` } });
          }, timeoutMs);
      return () => clock.clearTimeout(timer);
    },
  };

  start(parts: Partial<RegistryInput> = {}) {
    const input: RegistryInput = {
      domain: DOMAIN,
      servers: [{ address: '198.18.0.53', port: 53 }],
      signer: signer(),
      dns: this.dns,
      clock: this.bench.clock,
      interfaces: [eth0('198.18.0.1')],
      families: new Set(['ipv4', 'ipv6']),
      addressFilter: undefined,
      namedFilters: () => undefined,
      random: () => 0.5,
      supervisor: this.supervisor.port,
      ...parts,
    };
    return this.bench.start(registryMachine, { input, inspect: coverage.inspect });
  }

  advance(ms: number): void {
    this.bench.clock.advance(ms);
  }
}
