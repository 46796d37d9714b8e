/**
 * A zone of unicast DNS in memory, and what its server answers: for `lan.dnsServer` in tests of programs that browse
 * domains beyond the link, or publish into them.
 */
import { registryMachine } from '../actors/domain/registry.js';
import { unicastDomainMachine } from '../actors/domain/unicast-domain.js';
import { takeDomainCode } from '../actors/supervisor/domain-code.js';
import type { DnsResponder } from '../net/simulated/dns-server.js';
import { hmacWith, tsigKey } from '../net/tsig-key.js';
import { CLASS_IN, HOST_TTL_SECONDS, OPCODE_UPDATE, PLAIN_UDP_BYTES, RCODE } from '../protocol/constants.js';
import { hostRecordSet, parseHostAddresses } from '../protocol/dns-sd/host.js';
import { parseServiceType, serviceRecordSet, typeEnumerationName } from '../protocol/dns-sd/service.js';
import { type TxtInput, txtStrings } from '../protocol/dns-sd/txt.js';
import { isWithin, type Name, nameFromLabels, nameKey, parseName } from '../protocol/name.js';
import { type PublicRecord, publicRecord } from '../protocol/public-record.js';
import { answers, type Question, type ResourceRecord, type UnicastMessage, withTtl } from '../protocol/record.js';
import type { TsigSigner } from '../protocol/unicast/tsig.js';
import { packedRecord } from '../protocol/wire/public-message.js';
import { encodeUnicast } from '../protocol/wire/unicast.js';
import { signedReply } from './signed-reply.js';
import { ZoneRecords } from './zone-records.js';

/* Loading takes real time, for which virtual time does not wait. */
takeDomainCode({ unicastDomainMachine, registryMachine });

const MAX_ALIASES = 8;

export interface DnsZoneOptions {
  /** `office.example`. */
  readonly name: string;
  /** TTL in seconds of what `publish` adds, and of denials. Default: 120. */
  readonly ttl?: number;
  /** Only what this key signs changes the zone by DNS UPDATE (RFC 2136). Default: every update does. */
  readonly key?: ZoneKey;
}

/** A key as `createMdns` takes it (RFC 8945). The time of a signature does not matter here. */
export interface ZoneKey {
  readonly name: string;
  /** In Base64. */
  readonly secret: string;
  /** Default: `hmac-sha256`. */
  readonly algorithm?: 'hmac-sha256' | 'hmac-sha512';
}

export interface ZoneService {
  /** The instance name as people see it. */
  readonly name: string;
  /** `_http._tcp`, or `http` for short. */
  readonly type: string;
  readonly port: number;
  /** The first label of the host that offers it. */
  readonly host: string;
  /** The addresses of the host. Default: none, if the zone has them already. */
  readonly addresses?: readonly string[];
  /** Default: no attributes. */
  readonly txt?: TxtInput;
  /** Default: none. */
  readonly subtypes?: readonly string[];
}

/**
 * A zone and its server.
 *
 * @example lan.dnsServer({ address: '192.0.2.53', answer: new DnsZone({ name: 'office.example' }).answer });
 */
export class DnsZone {
  readonly name: Name;
  readonly ttl: number;
  readonly #records: ZoneRecords;
  readonly #key: TsigSigner | undefined;

  /** @throws MdnsError `invalid-name`, `invalid-option` for a secret that is not Base64 */
  constructor({ name, ttl = HOST_TTL_SECONDS, key }: DnsZoneOptions) {
    this.name = parseName(name);
    this.ttl = ttl;
    this.#records = new ZoneRecords(this.name);
    this.#key = key && signerOf(key);
  }

  /** What it has now: what was added, and what programs have published with `domains`. */
  get records(): readonly PublicRecord[] {
    return this.#records.records().map(publicRecord);
  }

  /** Adds records, or replaces their TTL. */
  add(...records: readonly PublicRecord[]): void {
    for (const record of records) this.#records.add(packedRecord(record));
  }

  /** Removes all records at a name, or those of one type. */
  remove(name: string, type?: string): void {
    for (const record of this.#records.records(parseName(name), type)) this.#records.delete(record);
  }

  /**
   * Adds the records of a service, its type, and its host (RFC 6763 sections 4 to 9). The returned function removes
   * those of the service.
   *
   * @throws MdnsError `invalid-name`, `invalid-type`, `invalid-txt`, `invalid-option`
   */
  publish({ name, type, port, host, addresses = [], txt = [], subtypes = [] }: ZoneService): () => void {
    const typeName = `${parseServiceType(type, { strict: false }).type}.${this.name}`;
    const at = `${nameFromLabels([host])}.${this.name}`;
    const ttl = { host: this.ttl, other: this.ttl };
    const spec = { id: '', instance: name, typeName, host: at, port, txt: txtStrings(txt, () => {}), subtypes, ttl };
    const service = serviceRecordSet(spec).records;
    const hostAddresses = (parseHostAddresses(addresses, true) ?? []).map((address) => ({ address }));
    const { records } = hostRecordSet({ id: '', host: at, addresses: hostAddresses, reverse: false });
    for (const record of [...service, ...records.map((each) => withTtl(each, this.ttl))]) this.#records.add(record);
    const list = nameKey(typeEnumerationName(this.name));
    return () => {
      for (const record of service) if (nameKey(record.name) !== list) this.#records.delete(record);
    };
  }

  /** What the server answers: for `lan.dnsServer`. */
  readonly answer: DnsResponder = (bytes, over) => {
    return signedReply(bytes, { key: this.#key, now: undefined }, (message, mayUpdate) => {
      const reply = this.#reply(message, mayUpdate);
      const whole = encodeUnicast(reply);
      if (over === 'tcp' || whole.length <= udpBytes(message)) return whole;
      return encodeUnicast({ ...reply, truncated: true, answers: [], authorities: [], additionals: [] });
    });
  };

  #reply(query: UnicastMessage, mayUpdate: boolean): UnicastMessage {
    const [question] = query.questions;
    const head = { ...query, response: true, authoritative: true, answers: [], authorities: [], additionals: [] };
    if (query.opcode === OPCODE_UPDATE) {
      return { ...head, rcode: mayUpdate ? this.#records.update(query) : RCODE.REFUSED };
    }
    if (query.opcode !== 0) return { ...head, rcode: RCODE.NOTIMP };
    if (!question || !isWithin(question.name, this.name))
      return { ...head, rcode: RCODE.REFUSED, authoritative: false };
    const found = this.#find(question);
    if (found.length > 0) return { ...head, answers: found, additionals: this.#along(found) };
    const exists = this.#records.records().some((record) => isWithin(record.name, question.name));
    const isApex = nameKey(question.name) === nameKey(this.name);
    return { ...head, rcode: exists || isApex ? RCODE.NOERROR : RCODE.NXDOMAIN, authorities: [this.#soa()] };
  }

  /** The records that answer, led by the aliases on the way to them. */
  #find(question: Question): ResourceRecord[] {
    if (question.type === 'SOA' && nameKey(question.name) === nameKey(this.name)) return [this.#soa()];
    const found: ResourceRecord[] = [];
    let name = question.name;
    for (let aliases = 0; aliases < MAX_ALIASES; aliases++) {
      const here = this.#at(name);
      found.push(...here.filter((record) => answers(question, record)));
      const alias = here.find((record) => record.type === 'CNAME');
      if (alias?.type !== 'CNAME' || question.type === 'CNAME') break;
      found.push(alias);
      name = alias.target;
    }
    return found;
  }

  /** The addresses of the hosts that SRV records name, as servers add them (RFC 2782). */
  #along(found: readonly ResourceRecord[]): ResourceRecord[] {
    return found.flatMap((record) => {
      if (record.type !== 'SRV') return [];
      return this.#at(record.target).filter(({ type }) => type === 'A' || type === 'AAAA');
    });
  }

  #at(name: Name): ResourceRecord[] {
    return this.#records.records(name);
  }

  #soa(): ResourceRecord {
    const names = [0, 0];
    const numbers = [1, 3_600, 600, 86_400, this.ttl].flatMap((value) => [24, 16, 8, 0].map((bits) => value >> bits));
    const rdata = Uint8Array.from([...names, ...numbers]);
    return { name: this.name, type: 'SOA', class: CLASS_IN, cacheFlush: false, ttl: this.ttl, rdata };
  }
}

function signerOf({ name, secret, algorithm }: ZoneKey): TsigSigner {
  const key = tsigKey(name, secret, algorithm);
  return { name: key.name, algorithm: key.algorithm, hmac: hmacWith(key) };
}

function udpBytes({ additionals }: UnicastMessage): number {
  const edns = additionals.find(({ type }) => type === 'OPT');
  return Math.max(PLAIN_UDP_BYTES, edns?.class ?? 0);
}
