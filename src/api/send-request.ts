/** Reads what `Mdns.send` is to send. */
import { isUint8Array } from 'node:util/types';
import type { SendRequest } from '../net/network-tap.js';
import { IPV4_UDP_HEADER_BYTES, MAX_PACKET_BYTES, MDNS_PORT } from '../protocol/constants.js';
import { MdnsError } from '../protocol/errors.js';
import { objectOf, readObject } from '../protocol/shape/object-reader.js';
import { guarded, isObject, refusal } from '../protocol/shape/reader.js';
import { encodeMessage, type PublicMessage } from '../protocol/wire/public-message.js';
import { sendShape } from './door-shapes.js';
import type { SendOptions } from './options.js';

/** A DNS message to send. Default: id 0, a query if it has no answers, and no records. */
export type OutgoingMessage = Partial<PublicMessage>;

const MOST_BYTES = MAX_PACKET_BYTES - IPV4_UDP_HEADER_BYTES;

/** @throws MdnsError `invalid-option`, `invalid-name`, `invalid-type`, `invalid-txt` */
export function sendRequest(message: unknown, given: SendOptions): SendRequest {
  const { to, interfaces, family } = readObject(sendShape, given);
  const bytes = bytesOf(message);
  if (bytes.length > MOST_BYTES) {
    const why = `at most ${MOST_BYTES} fit into a packet (RFC 6762 section 17)`;
    throw new MdnsError('invalid-option', `The message has ${bytes.length} bytes: ${why}.`);
  }
  return { bytes, to: to && { address: to.address, port: to.port ?? MDNS_PORT }, interfaces, family };
}

function bytesOf(message: unknown): Uint8Array {
  if (isUint8Array(message)) return Uint8Array.from(message);
  const given = isObject(message) ? readMessage(message, 'The message') : undefined;
  if (given === undefined) throw refusal('The message', message, 'give its bytes, or an object such as { questions }');
  return guarded('The message', () => {
    const { answers = [], questions = [], authorities = [], additionals = [] } = given;
    const { id = 0, response = answers.length > 0, opcode = 0, rcode = 0, truncated = false } = given;
    const { authoritative = response } = given;
    const head = { id, response, opcode, rcode, authoritative, truncated };
    return encodeMessage({ ...head, questions, answers, authorities, additionals });
  });
}

/** `encodeMessage` checks it. */
const unread = <T>(value: unknown) => value as T;
const readMessage = objectOf<OutgoingMessage>({
  of: 'the message',
  example: '{ questions: [{ name: "printer.local", type: "A", class: 1, unicastResponse: false }] }',
  fields: {
    id: unread,
    response: unread,
    opcode: unread,
    rcode: unread,
    authoritative: unread,
    truncated: unread,
    questions: unread,
    answers: unread,
    authorities: unread,
    additionals: unread,
  },
  required: [],
});
