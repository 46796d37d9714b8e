/** The wire: DNS messages as bytes (RFC 6762 section 18, RFC 1035 section 4). */
export { type Decoded, decodeMessage } from './decode.js';
export { describeRdata, rdataFromDnsPacket } from './dns-packet.js';
export { type EncodeOptions, encodeMessage } from './encode.js';
export type { Section, WireFault, WireFaultCode } from './fault.js';
export { type MessageHeader, peekMessage } from './header.js';
export { MAX_MESSAGE_BYTES, MAX_PAYLOAD_BYTES } from './limits.js';
export { type PackedResponse, packQuery, packResponse, type QueryParts, type ResponseParts } from './pack.js';
export { encodeRdata } from './rdata.js';
