/**
 * Many services behind one socket, packets written beforehand: ADDRESS COUNT. It is silent until it is asked, and answers as
 * RFC 6762 wants. What it waits for is drawn for each packet, as if each were another host's.
 */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import type { Question, ResourceRecord } from '../../src/protocol/record.js';
import { decodeMessage } from '../../src/protocol/wire/decode.js';
import { encodeMessage } from '../../src/protocol/wire/encode.js';
import { responseOf } from '../packets.js';
import { BROWSED, hostOf, packed, pointersPacket, type Service, service } from './services.js';

const GROUP = '224.0.0.251';
const PORT = 5_353;
/** ms; what was sent to the group is not repeated so soon (section 6). */
const REPEATED = 1_000;
/** ms, a quarter of the lifetime: what the group has heard since may go to the asker alone (section 5.4). */
const LATELY = 30_000;

interface Reply {
  readonly bytes: Uint8Array;
  sentAt: number;
  isDue: boolean;
}

interface Asked {
  readonly questions: Question[];
  readonly known: Set<string>;
  timer?: NodeJS.Timeout;
}

const [address = '', count] = process.argv.slice(2);
const services = Array.from({ length: Number(count) }, (_, i) => service(i));
const groups = packed(services).map((members) => ({ members, reply: replyOf(pointersPacket(members)) }));
const alone = new Map(services.map((each) => [each, replyOf(pointersPacket([each]))]));
const owned = new Map([...services.flatMap(repliesByQuestion), ...repliesOfHost(service(0).host)]);
const asking = new Map<string, Asked>();

const socket = createSocket({ type: 'udp4', reuseAddr: true });
socket.bind(PORT);
await once(socket, 'listening');
socket.addMembership(GROUP, address);
socket.setMulticastInterface(address);
socket.setMulticastTTL(255);
socket.setMulticastLoopback(false);
socket.on('message', hear);
console.log(JSON.stringify({ event: 'ready', packets: groups.length }));

/** Known answers that do not fit come in further packets, which are waited for (section 7.2). */
function hear(bytes: Uint8Array, from: RemoteInfo): void {
  const { message } = decodeMessage(bytes);
  if (message === undefined || message.response || from.port !== PORT) return;
  const asked = asking.get(from.address) ?? { questions: [], known: new Set() };
  asking.set(from.address, asked);
  asked.questions.push(...message.questions);
  for (const record of message.answers) if (isKnown(record)) asked.known.add(record.target.toLowerCase());
  clearTimeout(asked.timer);
  const respond = () => {
    asking.delete(from.address);
    answer(asked, from.address);
  };
  if (message.truncated) asked.timer = setTimeout(respond, 400 + 100 * Math.random());
  else respond();
}

/** A known answer counts if at least half of its lifetime is left (section 7.1). */
function isKnown(record: ResourceRecord): record is ResourceRecord & { readonly type: 'PTR' } {
  return record.type === 'PTR' && record.name.toLowerCase() === BROWSED && record.ttl >= 2_250;
}

function answer({ questions, known }: Asked, asker: string): void {
  for (const { name, type, unicastResponse } of questions) {
    const to = unicastResponse ? asker : undefined;
    const key = name.toLowerCase();
    if (key === BROWSED && (type === 'PTR' || type === 'ANY')) answerPointers(known, to);
    const reply = owned.get(`${key} ${type}`);
    if (reply !== undefined) send(reply, 0, to);
  }
}

function answerPointers(known: ReadonlySet<string>, to: string | undefined): void {
  for (const { members, reply } of groups) {
    const missing = members.filter(({ instance }) => !known.has(instance.toLowerCase()));
    const replies = missing.length === members.length ? [reply] : missing.flatMap((each) => alone.get(each) ?? []);
    // Others may have the same answer: 20 to 120 ms (section 6).
    for (const each of replies) send(each, 20 + 100 * Math.random(), to);
  }
}

function send(reply: Reply, delay: number, asker: string | undefined): void {
  const since = performance.now() - reply.sentAt;
  if (asker !== undefined && since < LATELY) {
    setTimeout(() => socket.send(reply.bytes, PORT, asker), delay);
    return;
  }
  if (reply.isDue || since < REPEATED) return;
  reply.isDue = true;
  setTimeout(() => {
    reply.isDue = false;
    reply.sentAt = performance.now();
    socket.send(reply.bytes, PORT, GROUP);
  }, delay);
}

/** What is asked of one service is answered with all that belongs to it. */
function repliesByQuestion({ instance, own, host }: Service): [key: string, reply: Reply][] {
  const reply = replyOf(encodeMessage({ ...responseOf(own), additionals: host }));
  return ['SRV', 'TXT', 'ANY'].map((type) => [`${instance.toLowerCase()} ${type}`, reply]);
}

function repliesOfHost(records: readonly ResourceRecord[]): [key: string, reply: Reply][] {
  const reply = replyOf(encodeMessage(responseOf(records)));
  return ['A', 'AAAA', 'ANY'].map((type) => [`${hostOf(BROWSED)} ${type}`, reply]);
}

function replyOf(bytes: Uint8Array): Reply {
  return { bytes, sentAt: -Infinity, isDue: false };
}
