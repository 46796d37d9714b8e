/**
 * The conditions that hold in all tests (G-3 to G-9), the gaps between probes (II.4) and the look at the IP TTL (III.5), for a
 * list of packets: what the tester kept, or a capture. Sheet lines of version 1.5.1 are in capitals.
 */
import { isBelow, type Name, nameKey } from '../../../src/protocol/name.js';
import { type ResourceRecord, recordKey } from '../../../src/protocol/record.js';
import { isProbe, recordsOf } from '../../support/packet-log.js';
import { renderRecord } from '../../support/records.js';
import { type Finding, fail, warn } from './findings.js';
import { IP_TTL, LEGACY_TTL, MIN_PROBE_GAP_MS } from './limits.js';
import type { Device } from './tester.js';
import { MDNS_PORT, type Observed } from './wire.js';

/** A response after a query and within this time is taken for an answer: truncated queries wait 500 ms, rate limits a second. */
const ANSWERING_MS = 1_200;

export function judgeConditions(packets: readonly Observed[], device: Device): Finding[] {
  const own = packets.filter(({ from }) => from === device.address);
  return [
    ...own.flatMap((packet) => [...judgePacket(packet), ...judgeResponse(packet, packets, device)]),
    ...judgeProbeGaps(own),
  ];
}

/** Between any two probes for a name, whatever comes between them, and from the last probe to the announcement. */
function judgeProbeGaps(packets: readonly Observed[]): Finding[] {
  const probedAt = new Map<string, number>();
  const gapSince = (name: Name, time: number) => time - (probedAt.get(nameKey(name)) ?? -Infinity);
  const tooShort = (what: string, name: Name, time: number): Finding[] => {
    const gap = gapSince(name, time);
    return gap < MIN_PROBE_GAP_MS ? [fail('II.4', `${what} of ${name} ${gap.toFixed(1)} ms after a probe`)] : [];
  };
  return packets.flatMap(({ time, message }) => {
    const announced = message.response ? message.answers.map(({ name }) => name) : [];
    const probed = isProbe(message) ? message.questions.map(({ name }) => name) : [];
    const findings = [
      ...announced.flatMap((name) => tooShort('announcement', name, time)),
      ...probed.flatMap((name) => tooShort('probe', name, time)),
    ];
    for (const name of probed) probedAt.set(nameKey(name), time);
    return findings;
  });
}

/** What holds for all packets. */
function judgePacket({ message, toPort, ipTtl }: Observed): Finding[] {
  const findings: Finding[] = [];
  const keys = recordsOf(message).map(recordKey);
  if (new Set(keys).size < keys.length) findings.push(fail('G-7', 'a record is twice in one packet'));
  const hosts = recordsOf(message).filter(({ type }) => type === 'A' || type === 'AAAA');
  for (const { name } of hosts) if (!isLegal(name)) findings.push(warn('G-9', `the host name ${name} is not legal`));
  // A legacy response may be of any TTL.
  if (ipTtl !== undefined && ipTtl !== IP_TTL && toPort === MDNS_PORT) {
    findings.push(warn('III.5', `a packet with the IP TTL ${ipTtl}`));
  }
  if (isProbe(message) && message.authorities.some(({ cacheFlush }) => cacheFlush)) {
    findings.push(fail('G-4', 'CACHE FLUSH BIT SET IN PROPOSED ANSWER OF PROBE'));
  }
  return findings;
}

function judgeResponse(packet: Observed, packets: readonly Observed[], device: Device): Finding[] {
  const { message, toPort } = packet;
  if (!message.response) return [];
  if (toPort !== MDNS_PORT) return [...judgeLegacy(packet), ...judgeAdditionals(packet, device)];
  const isAnswer = follows(packet, packets);
  const flushes = [...message.answers, ...message.additionals].flatMap((record) => judgeFlush(record, isAnswer));
  return isAnswer ? [...flushes, ...judgeAdditionals(packet, device)] : flushes;
}

function judgeFlush(record: ResourceRecord, isAnswer: boolean): Finding[] {
  if (isShared(record)) return record.cacheFlush ? [fail('G-6', `cache-flush bit on ${renderRecord(record)}`)] : [];
  if (record.cacheFlush) return [];
  const what = `no cache-flush bit on ${renderRecord(record)}`;
  return [isAnswer ? warn('G-5', what) : fail('G-3', what)];
}

function judgeLegacy({ message }: Observed): Finding[] {
  return recordsOf(message).flatMap((record) => [
    ...(record.cacheFlush ? [fail('III.3', `CACHE FLUSH BIT SET IN UNICAST RESPONSE: ${renderRecord(record)}`)] : []),
    ...(record.ttl > LEGACY_TTL ? [warn('III.3', `more than ${LEGACY_TTL} s: ${renderRecord(record)}`)] : []),
  ]);
}

/** REQUIRED ADDITIONAL RECORDS IN ANSWERS (RFC 6763 sections 12.1 and 12.2). */
function judgeAdditionals({ message }: Observed, { serviceType }: Device): Finding[] {
  const all = recordsOf(message);
  const has = (name: Name, ...types: string[]) =>
    all.some((record) => nameKey(record.name) === nameKey(name) && types.includes(record.type));
  const lacks = (record: ResourceRecord, what: string) => warn('G-8', `no ${what} beside ${renderRecord(record)}`);
  return message.answers.flatMap((record) => {
    if (record.ttl === 0) return [];
    if (record.type === 'SRV') return has(record.target, 'A', 'AAAA') ? [] : [lacks(record, 'address')];
    if (record.type !== 'PTR' || nameKey(record.name) !== nameKey(serviceType)) return [];
    const srv = all.find((each) => each.type === 'SRV' && nameKey(each.name) === nameKey(record.target));
    return [
      ...(srv?.type === 'SRV'
        ? has(srv.target, 'A', 'AAAA')
          ? []
          : [lacks(record, 'address')]
        : [lacks(record, 'SRV')]),
      ...(has(record.target, 'TXT') ? [] : [lacks(record, 'TXT')]),
    ];
  });
}

/** Whether the tester asked anything shortly before. */
function follows(packet: Observed, packets: readonly Observed[]): boolean {
  return packets.some(
    ({ time, from, message }) =>
      from !== packet.from &&
      !message.response &&
      !isProbe(message) &&
      time <= packet.time &&
      packet.time - time <= ANSWERING_MS,
  );
}

/** The PTR records of the reverse mapping have one owner (RFC 6762 section 8.1); Apple's own responder has them unique too. */
function isShared({ name, type }: ResourceRecord): boolean {
  return type === 'PTR' && !isBelow(name, 'arpa');
}

/** One label of letters, digits and hyphens. */
function isLegal(name: Name): boolean {
  return /^[a-z0-9]([a-z0-9-]*[a-z0-9])?\.local$/i.test(name);
}
