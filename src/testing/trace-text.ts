/** Packets as lines of text: time, sender, destination and contents. */
import type { Packet } from '../net/simulated/index.js';
import { typesOf } from '../protocol/nsec.js';
import { dataKey, type Message, type ResourceRecord } from '../protocol/record.js';
import { txtStringsOf } from '../protocol/txt-strings.js';
import { decodeMessage } from '../protocol/wire/decode.js';

/**
 * One line for each packet: `  1234.5 kitchen/eth0 > 224.0.0.251:5353 R 98B | an kitchen.local A 120! 192.0.2.1`.
 *
 * @example console.log(traceText(lan.trace));
 */
export function traceText(packets: readonly Packet[]): string {
  return packets.map(lineOf).join('\n');
}

function lineOf({ time, from, destination, bytes }: Packet): string {
  const { message, faults } = decodeMessage(bytes);
  const body = [
    ...(message === undefined ? [] : partsOf(message)),
    ...(faults.length === 0 ? [] : [`faults ${faults.map(({ code }) => code).join(', ')}`]),
  ];
  const kind = message === undefined ? '?' : flagsOf(message);
  const { address, port } = destination;
  const to = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return `${time.toFixed(1).padStart(10)} ${from} > ${to} ${kind} ${bytes.length}B | ${body.join(' | ')}`;
}

/** `Q` or `R`, then `TC` for a truncated message, then the id if it is not 0. */
function flagsOf({ response, truncated, id }: Message): string {
  return `${response ? 'R' : 'Q'}${truncated ? ' TC' : ''}${id === 0 ? '' : ` id ${id}`}`;
}

function partsOf({ questions, answers, authorities, additionals }: Message): string[] {
  const asked = questions.map(({ name, type, unicastResponse }) => `${name} ${type}${unicastResponse ? ' QU' : ''}`);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['?', asked],
    ['an', answers.map(recordText)],
    ['au', authorities.map(recordText)],
    ['ad', additionals.map(recordText)],
  ];
  return sections.filter(([, lines]) => lines.length > 0).map(([title, lines]) => `${title} ${lines.join(', ')}`);
}

/** `I._t._tcp.local SRV 120! 0 0 8085 h.local`, `!` being the cache-flush bit. */
function recordText(record: ResourceRecord): string {
  return `${record.name} ${record.type} ${record.ttl}${record.cacheFlush ? '!' : ''} ${dataText(record)}`;
}

function dataText(record: ResourceRecord): string {
  switch (record.type) {
    case 'TXT':
      return txtStringsOf(record)
        .map((bytes) => JSON.stringify(Buffer.from(bytes).toString()))
        .join(' ');
    case 'PTR':
    case 'CNAME':
      return record.target;
    case 'SRV':
      return `${record.priority} ${record.weight} ${record.port} ${record.target}`;
    case 'NSEC':
      return typesOf(record).join(' ');
    case 'A':
    case 'AAAA':
    case 'HINFO':
      return dataKey(record);
    default:
      return `${record.rdata.length} bytes`;
  }
}
