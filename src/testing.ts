/** `mdns-actors/testing`: networks in memory, on virtual time. Hand a simulated host to `createMdns({ network })`. */
export * from './net/simulated/index.js';
export type { Transmit } from './net/simulated/peer.js';
export type { Station, Wire } from './net/simulated/wire.js';
export type {
  PublicNsecData as NsecData,
  PublicRecord as ResourceRecord,
  PublicRecordData as RecordData,
  PublicTxtData as TxtData,
} from './protocol/public-record.js';
export type { MessageHead } from './protocol/record.js';
export type { EncodeOptions } from './protocol/wire/encode.js';
export type { Section, WireFault, WireFaultCode } from './protocol/wire/fault.js';
export {
  type DecodedMessage as Decoded,
  decodeMessage,
  encodeMessage,
  type PublicMessage as Message,
} from './protocol/wire/public-message.js';
export { DnsZone, type DnsZoneOptions, type ZoneKey, type ZoneService } from './testing/dns-zone.js';
export { traceText } from './testing/trace-text.js';
