/**
 * Services of others, each at a host of its own, as stations without an engine of ours: they answer what they are asked and
 * add nothing to it, after 20 to 120 ms, and never the same record twice in one second (RFC 6762 section 6).
 */
import type { Endpoint } from '../../src/net/simulated/index.js';
import { type Message, type ResourceRecord, recordKey, setKey } from '../../src/protocol/record.js';
import { decodeMessage } from '../../src/protocol/wire/decode.js';
import { address, ptr, response, srv, txt } from './records.js';
import type { World } from './world.js';

/** Milliseconds. */
const ANSWER_DELAY = { min: 20, max: 120 } as const;
const RATE_LIMIT = 1_000;

export interface CrowdOptions {
  readonly count: number;
  /** `_t._tcp.local`. */
  readonly type: string;
  /** Seconds, of every record. Default: as RFC 6762 section 10 recommends. */
  readonly ttl?: number;
  readonly families?: readonly ('ipv4' | 'ipv6')[];
}

interface Member {
  readonly records: readonly ResourceRecord[];
  readonly stations: readonly CrowdStation[];
}

export class Crowd {
  readonly members: readonly Member[];

  constructor(world: World, { count, type, ttl, families = ['ipv4', 'ipv6'] }: CrowdOptions) {
    const over = ttl === undefined ? {} : { ttl };
    this.members = Array.from({ length: count }, (_, i) => {
      const [instance, host] = [`S${i}.${type}`, `crowd-${i}.local`];
      const at = { ipv4: `198.18.1.${i + 1}`, ipv6: `fe80::c:${(i + 1).toString(16)}` };
      const records = [
        ptr(type, instance, over),
        srv(instance, host, 8_000 + i, over),
        txt(instance, [`n=${i}`], over),
        address(host, at.ipv4, over),
        address(host, at.ipv6, over),
      ];
      return { records, stations: families.map((family) => new CrowdStation(world, at[family], records)) };
    });
  }

  /** Everybody announces everything, each within so many milliseconds. */
  announce(world: World, withinMs: number): void {
    for (const { stations } of this.members) {
      const delay = world.lan.random() * withinMs;
      for (const station of stations) world.clock.setTimeout(() => station.announce(), delay);
    }
  }

  /** Everybody says that the instances are there, and nothing else of them. */
  announcePointers(): void {
    for (const { stations } of this.members) for (const station of stations) station.announce('PTR');
  }
}

class CrowdStation {
  readonly #world: World;
  /** By the question that each answers. */
  readonly #records: ReadonlyMap<string, ResourceRecord>;
  readonly #send: (records: readonly ResourceRecord[], to?: Endpoint) => void;
  readonly #toldAt = new Map<ResourceRecord, number>();

  constructor(world: World, at: string, records: readonly ResourceRecord[]) {
    this.#world = world;
    this.#records = new Map(records.map((record) => [setKey(record), record]));
    const { station } = world.peer({ address: at, name: `crowd ${at}` });
    this.#send = (answers, to) => {
      if (to === undefined) station.multicast(response({ answers }));
      else station.unicast(response({ answers }), to);
    };
    station.onReceived(({ bytes, source }) => {
      station.takeReceived();
      this.#hear(read(bytes), source);
    });
  }

  /** All records, or those of one type. */
  announce(type?: 'PTR'): void {
    const records = [...this.#records.values()];
    this.#tell(type === undefined ? records : records.filter((record) => record.type === type));
  }

  #hear({ message, known }: Read, from: Endpoint): void {
    if (message.response) return;
    const [toGroup, toAsker] = [new Set<ResourceRecord>(), new Set<ResourceRecord>()];
    for (const question of message.questions) {
      const record = this.#records.get(setKey(question));
      if (record === undefined || known.has(recordKey(record))) continue;
      (question.unicastResponse ? toAsker : toGroup).add(record);
    }
    if (toGroup.size + toAsker.size === 0) return;
    const { min, max } = ANSWER_DELAY;
    this.#world.clock.setTimeout(
      () => {
        if (toAsker.size > 0) this.#send([...toAsker], from);
        this.#tell([...toGroup]);
      },
      min + (max - min) * this.#world.lan.random(),
    );
  }

  #tell(records: readonly ResourceRecord[]): void {
    const now = this.#world.now;
    const due = records.filter((record) => now - (this.#toldAt.get(record) ?? -Infinity) >= RATE_LIMIT);
    for (const record of due) this.#toldAt.set(record, now);
    if (due.length > 0) this.#send(due);
  }
}

interface Read {
  readonly message: Message;
  /** The keys of its known answers. */
  readonly known: ReadonlySet<string>;
}

const messages = new WeakMap<Uint8Array, Read>();

/** Many stations hear one packet: it is decoded once. */
function read(bytes: Uint8Array): Read {
  let known = messages.get(bytes);
  if (known === undefined) {
    const { message } = decodeMessage(bytes);
    if (!message) throw new Error('The crowd heard what it cannot read.');
    known = { message, known: new Set(message.answers.map(recordKey)) };
    messages.set(bytes, known);
  }
  return known;
}
