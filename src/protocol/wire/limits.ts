/** The bounds of reading and writing messages. */
import { IPV6_UDP_HEADER_BYTES, MAX_PACKET_BYTES } from '../constants.js';

export const HEADER_BYTES = 12;

/**
 * No longer message is read or written (RFC 6762 section 17). It ends long before offset 0x3FFF, so whatever is in a message
 * can be the target of a compression pointer.
 */
export const MAX_MESSAGE_BYTES = MAX_PACKET_BYTES;

/** What a packet of the largest size has room for, whichever the IP family (RFC 6762 section 17). */
export const MAX_PAYLOAD_BYTES = MAX_PACKET_BYTES - IPV6_UDP_HEADER_BYTES;

/** So many pointers in a row are followed. Honest ones each add a label, and a name has at most 127 of them. */
export const MAX_POINTERS = 127;

/** So many faults are reported for one message. */
export const MAX_FAULTS = 8;
