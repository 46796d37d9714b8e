/**
 * A tester in the manner of Apple's Bonjour Conformance Test: a station that stands in the device's way, asks it questions, and
 * notes what it does wrong. It is written after the published outline, and needs to know no more of the device than its address
 * and the type of its one service. The tests themselves are in the files beside this one.
 */
import { type Name, nameKey } from '../../../src/protocol/name.js';
import { type Message, type ResourceRecord, recordKey, setKey } from '../../../src/protocol/record.js';
import type { QuestionType } from '../../../src/protocol/types.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { query, question, response } from '../../support/records.js';
import type { Finding } from './findings.js';
import { MDNS_PORT, type Observed, type Wire } from './wire.js';

export interface Device {
  /** Of the family that the tester uses. Other packets are not looked at (condition G-2). */
  readonly address: string;
  /** `_t._tcp.local`. */
  readonly serviceType: Name;
}

/** A query, as the tester sends it. */
export interface Ask {
  readonly questions: readonly (readonly [name: Name, type: QuestionType])[];
  readonly known?: readonly ResourceRecord[];
  /** More known answers follow in another packet. */
  readonly truncated?: boolean;
  readonly id?: number;
  /** Default 5353; any other makes it a legacy query. */
  readonly fromPort?: number;
}

/** A response of the device. */
export interface Reply {
  readonly message: Message;
  /** Since the query. */
  readonly delayMs: number;
}

type RecordOf<T> = Extract<ResourceRecord, { readonly type: T }>;

export class Tester {
  readonly device: Device;
  readonly wire: Wire;
  readonly random: () => number;
  readonly findings: Finding[] = [];
  /** What the device and the tester sent, in order of time. */
  readonly packets: Observed[] = [];
  /** The device's record sets, the one heard last at the end. */
  readonly #sets = new Map<string, readonly ResourceRecord[]>();
  readonly #listeners = new Set<(packet: Observed) => void>();

  constructor(wire: Wire, device: Device, random: () => number) {
    this.wire = wire;
    this.device = device;
    this.random = random;
    wire.onHeard((heard) => {
      if (heard.from === device.address) this.#hear(heard);
    });
  }

  get now(): number {
    return this.wire.now();
  }

  note(...findings: readonly Finding[]): void {
    this.findings.push(...findings);
  }

  /** Calls `listener` with each packet of the device, until the returned function is called. */
  onPacket(listener: (packet: Observed) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /* ---- what it knows of the device ---- */

  /** The records that the device has told of and not taken back; a name that it lost needs no goodbye. */
  get records(): ResourceRecord[] {
    const all = [...this.#sets.values()].flat();
    const current = all.findLast(({ type }) => type === 'SRV');
    const isOld = (record: ResourceRecord) =>
      record.type === 'PTR' &&
      nameKey(record.name) === nameKey(this.device.serviceType) &&
      current !== undefined &&
      nameKey(record.target) !== nameKey(current.name);
    return all.filter((record) => !isOld(record));
  }

  /** The newest record of a type. */
  newest<T extends ResourceRecord['type']>(type: T, name?: Name): RecordOf<T> {
    const found = this.records.findLast(
      (record): record is RecordOf<T> =>
        record.type === type && (name === undefined || nameKey(record.name) === nameKey(name)),
    );
    if (found === undefined) throw new Error(`The device has not told of any record of type ${type}.`);
    return found;
  }

  /** The name of its service, and that of the host which offers it. */
  get instance(): Name {
    return this.newest('SRV').name;
  }

  get host(): Name {
    return this.newest('SRV').target;
  }

  /** The record that leads from the service type to the service. */
  get pointer(): ResourceRecord {
    return this.newest('PTR', this.device.serviceType);
  }

  /* ---- what it says ---- */

  ask({ questions, known = [], fromPort, ...flags }: Ask): void {
    const asked = questions.map(([name, type]) => question(this.garble(name), type));
    const answers = known.map((record) => ({ ...this.#garbled(record), cacheFlush: false }));
    this.#send(query({ ...flags, questions: asked, answers }), fromPort);
  }

  /** Says that it holds a record. */
  claim(record: ResourceRecord): void {
    this.#send(response({ answers: [this.#garbled(record)] }));
  }

  /** Probes for the name of these records, as another device that wants it would. */
  contend(name: Name, records: readonly ResourceRecord[]): void {
    const garbled = this.garble(name);
    const authorities = records.map((record) => ({ ...record, name: garbled, cacheFlush: false }));
    this.#send(query({ questions: [question(garbled, 'ANY', { qu: true })], authorities }));
  }

  /** A name with some of its letters in the other case (condition G-1). */
  garble(name: Name): Name {
    const other = (letter: string) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase());
    return name.replace(/[a-z]/gi, (letter) => (this.random() < 0.5 ? letter : other(letter)));
  }

  /* ---- what it hears ---- */

  until(isMet: () => boolean, limitMs: number): Promise<boolean> {
    return this.wire.until(isMet, limitMs);
  }

  async wait(ms: number): Promise<void> {
    await this.wire.until(() => false, ms);
  }

  /** So long that every record may be multicast again (RFC 6762 section 6). */
  pause(): Promise<void> {
    return this.wait(1_050 + 200 * this.random());
  }

  /**
   * Sends what `say` sends, and waits for the answer: until the responses so far are enough, or the time is over. Those to
   * another port than `toPort` do not count.
   */
  async exchange(
    say: () => void,
    limitMs: number,
    isEnough: (replies: readonly Reply[]) => boolean = () => false,
    toPort = MDNS_PORT,
  ): Promise<Reply[]> {
    const [since, first] = [this.now, this.packets.length];
    const replies = () =>
      this.packets
        .slice(first)
        .filter((packet) => packet.from === this.device.address && packet.message.response && packet.toPort === toPort)
        .map(({ message, time }) => ({ message, delayMs: time - since }));
    say();
    await this.until(() => isEnough(replies()), limitMs);
    return replies();
  }

  #hear(packet: Observed): void {
    this.packets.push(packet);
    const { response: isResponse, answers, additionals } = packet.message;
    if (isResponse && packet.toPort === MDNS_PORT) this.#learn([...answers, ...additionals]);
    for (const listener of [...this.#listeners]) listener(packet);
  }

  /** Unique record sets come whole; of shared ones each record is on its own. */
  #learn(records: readonly ResourceRecord[]): void {
    for (const key of new Set(records.map(setKey))) {
      const heard = records.filter((record) => setKey(record) === key);
      const keys = new Set(heard.map(recordKey));
      const isUnique = heard.some((record) => record.cacheFlush);
      const others = isUnique ? [] : (this.#sets.get(key) ?? []).filter((record) => !keys.has(recordKey(record)));
      const live = [...others, ...heard.filter((record) => record.ttl > 0)];
      this.#sets.delete(key);
      if (live.length > 0) this.#sets.set(key, live);
    }
  }

  #garbled(record: ResourceRecord): ResourceRecord {
    const name = this.garble(record.name);
    return 'target' in record ? { ...record, name, target: this.garble(record.target) } : { ...record, name };
  }

  #send(bytes: Uint8Array, fromPort = MDNS_PORT): void {
    const { message } = decodeMessage(bytes);
    if (message) this.packets.push({ time: this.now, from: TESTER, fromPort, toPort: MDNS_PORT, message });
    this.wire.send(bytes, fromPort);
  }
}

/** Who sent the tester's own packets, in its notes. */
const TESTER = 'tester';
