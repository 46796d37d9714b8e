/** Packets for people: what an observed packet contains, line by line. */
import type { TappedPacket } from '../actors/link/packet-tap.js';
import { typesOf } from '../protocol/nsec.js';
import { dataKey, type Message, type Question, type RecordData, type ResourceRecord } from '../protocol/record.js';
import { txtStringsOf } from '../protocol/txt-strings.js';
import { isOwnType } from '../protocol/types.js';
import { utf8 } from '../protocol/utf8.js';
import { decodeMessage } from '../protocol/wire/decode.js';
import { describeRdata } from '../protocol/wire/dns-packet.js';
import type { PacketSeen } from './frames.js';

const MOST_LINES = 100;
const MOST_CHARACTERS = 300;

export interface KeptPacket extends TappedPacket {
  readonly at: number;
}

export function packetSeen({ at, interface: on, family, way, address, port, to, bytes }: KeptPacket): PacketSeen {
  const { message, faults } = decodeMessage(bytes);
  const unread = faults.map(({ code, offset }) => `${code} at byte ${offset}`);
  const sections = [...(message ? sectionsOf(message) : []), { title: 'not readable', lines: unread }];
  return {
    at,
    link: `${on}/${family}`,
    way,
    address,
    port,
    to,
    size: bytes.length,
    bytes: base64(bytes),
    about: message ? cut(aboutOf(message)) : 'not readable',
    sections: sections.filter(({ lines }) => lines.length > 0).map(shortened),
  };
}

/** The data of a record on one line. */
export function dataText(data: RecordData): string {
  switch (data.type) {
    case 'TXT':
      return textsOf(data.packed).map(quoted).join(' ');
    case 'PTR':
    case 'CNAME':
      return data.target;
    case 'SRV':
      return `${data.priority} ${data.weight} ${data.port} ${data.target}`;
    case 'NSEC':
      return typesOf(data).join(' ');
    case 'HINFO':
      return `${quoted(data.cpu)} ${quoted(data.os)}`;
    default:
      return isOwnType(data.type) ? dataKey(data) : JSON.stringify(describeRdata(data as never));
  }
}

/** The strings of a TXT record, without those that need more room than a page has. */
export function textsOf(packed: Uint8Array): string[] {
  return txtStringsOf({ packed })
    .slice(0, MOST_LINES)
    .map((bytes) => utf8(bytes));
}

export function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}

function aboutOf(message: Message): string {
  const { response, questions, answers, authorities, truncated } = message;
  const kind = response ? 'response' : authorities.length > 0 ? 'probe' : 'query';
  const names = (response ? answers : questions).map(({ type, name }) => `${type} ${name}`);
  const more = names.length > 2 ? ` and ${names.length - 2} more` : '';
  return `${kind}${truncated ? ', truncated' : ''}: ${names.slice(0, 2).join(', ')}${more}`;
}

function sectionsOf(message: Message): PacketSeen['sections'][number][] {
  const { id, response, authoritative, truncated, questions, answers, authorities, additionals } = message;
  const flags = [response ? 'response' : 'query', authoritative && 'authoritative', truncated && 'truncated'];
  return [
    { title: 'header', lines: [`id ${id}, ${flags.filter(Boolean).join(', ')}`] },
    { title: 'questions', lines: questions.map(questionText) },
    { title: response ? 'answers' : 'known answers', lines: answers.map(recordText) },
    { title: response ? 'authorities' : 'proposed records', lines: authorities.map(recordText) },
    { title: 'additionals', lines: additionals.map(recordText) },
  ];
}

function questionText({ name, type, unicastResponse }: Question): string {
  return `${name} ${type}${unicastResponse ? ' (unicast reply accepted)' : ''}`;
}

function recordText(record: ResourceRecord): string {
  const { name, type, ttl, cacheFlush } = record;
  const lifetime = ttl === 0 && type !== 'OPT' ? 'goodbye' : `TTL ${ttl} s`;
  return `${name} ${type}, ${lifetime}${cacheFlush ? ', unique' : ''}: ${dataText(record)}`;
}

function shortened({ title, lines }: PacketSeen['sections'][number]): PacketSeen['sections'][number] {
  const more = lines.length - MOST_LINES;
  const shown = lines.slice(0, MOST_LINES).map(cut);
  return { title, lines: more > 0 ? [...shown, `${more} more`] : shown };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
