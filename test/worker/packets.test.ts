/** The packets of a system in another thread: those that are not read take no memory, and are counted. */
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PacketSource, PassingPacket, SendRequest } from '../../src/net/network-tap.js';
import { MOST_IN_BATCH, MOST_UNREAD, RemotePackets, servePackets } from '../../src/worker/packets.js';

const packet = (bytes: Uint8Array): PassingPacket => ({
  bytes,
  direction: 'received',
  from: { address: '198.18.0.2', port: 5353 },
  to: 'group',
  interface: 'eth0',
  family: 'ipv4',
});

class Source implements PacketSource {
  readonly sinks = new Set<(packet: PassingPacket) => void>();
  readonly send = vi.fn(async (_request: SendRequest) => 'sent' as Awaited<ReturnType<PacketSource['send']>>);
  /** The ends of turns. */
  readonly turn: (() => void)[] = [];
  readonly #bytes = Uint8Array.of(0);

  watch(sink: (packet: PassingPacket) => void): () => void {
    this.sinks.add(sink);
    return () => this.sinks.delete(sink);
  }

  /** Shows packets in one turn. As sockets do, it has one buffer for all of them. */
  show(...numbers: readonly number[]): void {
    for (const number of numbers) {
      this.#bytes[0] = number;
      for (const sink of this.sinks) sink(packet(this.#bytes));
    }
    for (const run of this.turn.splice(0)) run();
  }
}

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const serve = (source: Source) => (port: Parameters<typeof servePackets>[0]) =>
  servePackets(port, source, (run) => source.turn.push(run));

describe('the end of the system', () => {
  it('posts the packets of a turn at once, a few that are not read, and then says how many it left out', async () => {
    const { port1, port2 } = new MessageChannel();
    const source = new Source();
    serve(source)(port2);
    const batches: { readonly packets: readonly PassingPacket[]; readonly missed: number }[] = [];
    port1.on('message', (batch) => batches.push(batch));
    ends.push(() => port1.close());
    port1.postMessage({ type: 'watch' });
    await vi.waitFor(() => expect(source.sinks.size).toBe(1));
    source.show(1, 2, 3);
    for (let turn = 0; turn < 100; turn++) source.show(4);
    await vi.waitFor(() => expect(batches).toHaveLength(MOST_UNREAD));
    expect(batches[0]?.packets.map(({ bytes }) => bytes[0])).toEqual([1, 2, 3]);
    port1.postMessage({ type: 'batch.read' });
    await vi.waitFor(() => {
      source.show(5);
      expect(batches).toHaveLength(MOST_UNREAD + 1);
    });
    expect(batches.at(-1)?.missed).toBeGreaterThanOrEqual(101 - MOST_UNREAD);
    expect(batches.reduce((sum, { packets }) => sum + packets.length, 0)).toBe(3 + MOST_UNREAD);
    port1.close();
    await vi.waitFor(() => expect(source.sinks.size).toBe(0));
  });

  it('posts so many packets of one turn and no more', async () => {
    const source = new Source();
    const missed = vi.fn();
    const packets = new RemotePackets(missed);
    packets.connect(serve(source));
    ends.push(() => packets.disconnect());
    const seen: number[] = [];
    packets.watch(({ bytes }) => seen.push(bytes[0] ?? 0));
    await vi.waitFor(() => expect(source.sinks.size).toBe(1));
    source.show(...Array<number>(MOST_IN_BATCH + 10).fill(1));
    source.show(2);
    await vi.waitFor(() => expect(seen).toHaveLength(MOST_IN_BATCH + 1));
    expect(missed.mock.calls).toEqual([[10]]);
  });
});

describe('the end of those who read and send', () => {
  function connect(source: Source, packets = new RemotePackets(() => {})): RemotePackets {
    packets.connect(serve(source));
    ends.push(() => packets.disconnect());
    return packets;
  }
  const request = { bytes: Uint8Array.of(9), to: undefined };

  it('gets packets as long as any of them watches', async () => {
    const source = new Source();
    const packets = connect(source);
    const seen: string[] = [];
    const stops = ['a', 'b'].map((who) => packets.watch(({ bytes }) => seen.push(`${who}${bytes[0]}`)));
    await vi.waitFor(() => expect(source.sinks.size).toBe(1));
    source.show(1);
    await vi.waitFor(() => expect(seen).toEqual(['a1', 'b1']));
    stops[0]?.();
    source.show(2);
    await vi.waitFor(() => expect(seen).toEqual(['a1', 'b1', 'b2']));
    stops[1]?.();
    await vi.waitFor(() => expect(source.sinks.size).toBe(0));
  });

  it('sends, and hears what became of it', async () => {
    const source = new Source();
    const packets = connect(source);
    expect(await packets.send(request)).toBe('sent');
    expect(source.send.mock.calls).toEqual([[request]]);
    source.send.mockResolvedValueOnce({ refused: 'no route' });
    expect(await packets.send(request)).toEqual({ refused: 'no route' });
    source.send.mockReturnValueOnce(new Promise(() => {}));
    const waiting = packets.send(request);
    await vi.waitFor(() => expect(source.send).toHaveBeenCalledTimes(3));
    packets.disconnect();
    expect(await waiting).toBe('no-link');
    expect(await packets.send(request)).toBe('no-link');
  });

  it('goes on with the system that is started next', async () => {
    const [first, second] = [new Source(), new Source()];
    const packets = connect(first);
    const seen: number[] = [];
    packets.watch(({ bytes }) => seen.push(bytes[0] ?? 0));
    await vi.waitFor(() => expect(first.sinks.size).toBe(1));
    packets.disconnect();
    await vi.waitFor(() => expect(first.sinks.size).toBe(0));
    connect(second, packets);
    await vi.waitFor(() => expect(second.sinks.size).toBe(1));
    second.show(7);
    await vi.waitFor(() => expect(seen).toEqual([7]));
  });
});
