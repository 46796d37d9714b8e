/** `mdns-actors/testing`: networks in memory, on virtual time. Hand a simulated host to `createMdns({ network })`. */
export * from './net/simulated/index.js';
export type { Transmit } from './net/simulated/peer.js';
export type { Station, Wire } from './net/simulated/wire.js';
/** As they are sent: TXT strings and NSEC types in packed form. */
export type { Message, NsecData, RecordData, ResourceRecord, TxtData } from './protocol/record.js';
export { type Decoded, decodeMessage } from './protocol/wire/decode.js';
export { type EncodeOptions, encodeMessage } from './protocol/wire/encode.js';
export type { Section, WireFault, WireFaultCode } from './protocol/wire/fault.js';
export { traceText } from './testing/trace-text.js';
