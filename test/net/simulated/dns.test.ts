import { describe, expect, it } from 'vitest';
import type { DnsOutcome } from '../../../src/net/dns.js';
import { SimulatedLan } from '../../../src/net/simulated/lan.js';
import { decodeUnicast, encodeUnicast } from '../../../src/protocol/wire/unicast.js';
import { message, question } from '../../support/records.js';
import { dnsContract } from '../dns-contract.js';

dnsContract('simulated network', () => {
  const lan = new SimulatedLan();
  const host = lan.host('kitchen', ['192.0.2.10/24']);
  let last = 53;
  return {
    dns: host.dns,
    clock: host.clock,
    serve: async (respond) => {
      last += 1;
      const address = `192.0.2.${last}`;
      // The simulated server answers once; other messages are those of a peer at its address.
      lan.dnsServer({
        address,
        answer: (bytes, over, from) => {
          const query = decodeUnicast(bytes).message;
          const replies = query ? respond(query, over) : [];
          for (const extra of replies.slice(0, -1)) lan.peer({ address, port: 53 }).unicast(extra, from);
          return replies.at(-1);
        },
      });
      return { address, port: 53 };
    },
    silence: async () => ({ address: '192.0.2.99', port: 53 }),
    until: async (condition) => {
      for (let step = 0; step < 20_000 && !condition(); step += 1) lan.clock.advance(1);
    },
    settle: async () => lan.clock.advance(200),
    close: async () => {},
  };
});

describe('a simulated DNS server', () => {
  const query = encodeUnicast(message({ questions: [question('office.example', 'SOA')] }));
  const answer = (bytes: Uint8Array) => {
    const { message: read } = decodeUnicast(bytes);
    return read && encodeUnicast({ ...read, response: true });
  };

  it('UNI-03 is not answered for by a host at another address, or at another port', () => {
    const lan = new SimulatedLan();
    const host = lan.host('kitchen', ['192.0.2.10/24']);
    const liar = lan.peer({ address: '192.0.2.66', port: 53 });
    const outcomes: DnsOutcome[] = [];
    lan.dnsServer({
      address: '192.0.2.53',
      answer: (bytes, _over, from) => {
        const reply = answer(bytes);
        if (reply) liar.unicast(reply, from);
        if (reply) lan.peer({ address: '192.0.2.53', port: 5353 }).unicast(reply, from);
        return undefined;
      },
    });
    const server = { address: '192.0.2.53', port: 53 };
    host.dns.exchange({ server, over: 'udp', message: query, timeoutMs: 100 }, (outcome) => outcomes.push(outcome));
    lan.clock.advance(1_000);
    expect(outcomes).toMatchObject([{ fault: { code: 'ETIMEDOUT' } }]);
    expect(host.pendingTimers).toBe(0);
  });

  it('can be removed', () => {
    const lan = new SimulatedLan();
    const host = lan.host('kitchen', ['192.0.2.10/24']);
    const outcomes: DnsOutcome[] = [];
    const remove = lan.dnsServer({ address: '192.0.2.53', answer });
    const server = { address: '192.0.2.53', port: 53 };
    const ask = (over: 'udp' | 'tcp') => {
      host.dns.exchange({ server, over, message: query, timeoutMs: 100 }, (outcome) => outcomes.push(outcome));
      lan.clock.advance(1_000);
    };
    ask('udp');
    ask('tcp');
    remove();
    ask('udp');
    ask('tcp');
    expect(outcomes.map(({ fault }) => fault?.code)).toEqual([undefined, undefined, 'ETIMEDOUT', 'ETIMEDOUT']);
  });

  it('has an IP address', () => {
    expect(() => new SimulatedLan().dnsServer({ address: 'dns.example', answer })).toThrow(/must be an IP address/);
  });
});
