/** Limits for reading and writing messages. */
import { IPV6_UDP_HEADER_BYTES, MAX_PACKET_BYTES } from '../constants.js';

/**
 * The size of the longest message that is read or written (RFC 6762 section 17). It ends long before offset 0x3FFF, so
 * a compression pointer can reach everything in a message.
 */
export const MAX_MESSAGE_BYTES = MAX_PACKET_BYTES;

/** Bytes of payload in a packet of the largest size, for either IP family (RFC 6762 section 17). */
export const MAX_PAYLOAD_BYTES = MAX_PACKET_BYTES - IPV6_UDP_HEADER_BYTES;

/** Pointers followed in a row. Useful ones each add a label, and a name has at most 127 of them. */
export const MAX_POINTERS = 127;

/** Faults reported for one message. */
export const MAX_FAULTS = 8;
