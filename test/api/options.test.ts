/**
 * Every option of every call, with values that are right, wrong, odd and missing. What is wrong is refused at the call, with a
 * code and a way out; after each refusal the engine is up, and its other services are answered.
 */
import { describe, expect, it } from 'vitest';
import { createMdns, MdnsError } from '../../src/index.js';
import { SimulatedHost, VirtualClock } from '../../src/net/simulated/index.js';
import { SimulatedLan } from '../../src/net/simulated/lan.js';
import { startService } from '../support/actions.js';
import { type Fixture, type Row, service, table } from '../support/option-table.js';
import { type Kind, pool } from '../support/option-values.js';
import { question } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type TestPeer, type World } from '../support/world.js';

/** An engine that serves `Web`, and a peer that asks for it. */
async function start(world: World): Promise<Fixture & { readonly h1: TestHost; readonly peer: TestPeer }> {
  const h1 = world.host('h1');
  const peer = world.peer();
  startService(h1, { name: 'Web', type: 'http' });
  const published = startService(h1, { name: 'Changing', type: 'http' });
  const h2 = world.host('h2');
  world.advance(QUIET);
  const instance = await world.settle(h2.mdns.resolve('Web', 'http'));
  let count = 0;
  return { h1, peer, mdns: h1.mdns, published, instance, fresh: () => `fresh ${++count}` };
}

/** What a call throws, or rejects with; undefined for neither. */
async function errorOf(world: World, row: Row, to: Fixture, value: unknown): Promise<unknown> {
  try {
    const result = row.call(to, value);
    if (result instanceof Promise) await world.settle(result, 5_000);
    return undefined;
  } catch (error) {
    return error;
  }
}

const isNothingFound = (error: unknown) =>
  error instanceof MdnsError && ['timeout', 'no-network', 'not-found', 'aborted'].includes(error.code);

describe('every option', () => {
  for (const row of table) {
    scenario(row.what, async (world) => {
      const to = await start(world);
      const odd = Object.entries(pool).filter(([kind]) => !row.allowed?.includes(kind as Kind));
      const wrong: [string, unknown][] = [
        ...odd,
        ...(row.wrong ?? []).map((value, i): [string, unknown] => [`wrong ${i}`, value]),
      ];
      if (row.required) wrong.push(['missing', undefined]);
      else await expectTaken(undefined);
      for (const value of row.right) await expectTaken(value);
      for (const [kind, value] of wrong) {
        const error = await errorOf(world, row, to, value);
        expect(error, kind).toBeInstanceOf(MdnsError);
        const { code, message } = error as MdnsError;
        expect(code, `${kind}: ${message}`).toMatch(/^invalid-(option|name|type|txt)$/);
        expect(message, kind).toMatch(
          /give|write|leave|use|needs|shorten|ask|withdraw|listen|send|keys differ|at most|must/i,
        );
        await expectAnswered(kind);
      }

      async function expectTaken(value: unknown): Promise<void> {
        const error = await errorOf(world, row, to, value);
        if (!isNothingFound(error)) expect(error).toBeUndefined();
      }

      async function expectAnswered(after: string): Promise<void> {
        expect(to.mdns.status.state, after).toBe('up');
        const since = world.now;
        to.peer.ask({ questions: [question('Web._http._tcp.local', 'SRV')] }, { port: 40_000 });
        world.advance(50);
        expect(
          to.peer.unicastHeard().filter(({ time }) => time >= since),
          after,
        ).toHaveLength(1);
      }
    });
  }
});

describe('what people write instead', () => {
  const network = () => new SimulatedHost({ clock: new VirtualClock() });
  const mdns = createMdns({ network: network() });
  it.each<[string, () => unknown, RegExp]>([
    [
      'protocol',
      () => mdns.publish(service({ protocol: 'udp' }) as never),
      /no option "protocol": write it as part of the type, "_x._udp"/,
    ],
    ['txtRecord', () => mdns.publish(service({ txtRecord: {} }) as never), /"txtRecord": write "txt"/],
    ['nmae', () => mdns.publish({ nmae: 'x', type: 'http', port: 1 } as never), /"nmae": did you mean "name"/],
    ['subtype', () => mdns.publish(service({ subtype: 'x' }) as never), /did you mean "subtypes"/],
    ['hostName', () => createMdns({ network: network(), hostName: 'x' } as never), /did you mean "hostname"/],
    ['interface', () => createMdns({ network: network(), interface: 'eth0' } as never), /did you mean "interfaces"/],
    [
      'interfaces as text',
      () => createMdns({ network: network(), interfaces: 'eth0' as never }),
      /"interfaces" is "eth0": give a list of names such as \["eth0"\]/,
    ],
    [
      'something else',
      () => createMdns({ network: network(), colour: 1 } as never),
      /"colour": leave it out; there are hostname, ipv4/,
    ],
    [
      'a full name',
      () => mdns.publish(service({ name: 'Web._http._tcp.local' }) as never),
      /only the name of the instance, "Web"/,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(expect.objectContaining({ message: expect.stringMatching(message) }));
  });

  it('a worker that is false stays in this thread', async () => {
    const lan = new SimulatedLan();
    const mdns = createMdns({ network: lan.host('a', ['198.18.0.1/24']), worker: false });
    expect(mdns.hostname).toBe('a-node.local');
    await lan.clock.settle(mdns.close());
  });

  it('a name among the options that is undefined counts as absent', () => {
    expect(() => mdns.publish(service({ protocol: undefined, txt: undefined }) as never)).not.toThrow();
  });
});
