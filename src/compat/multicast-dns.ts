/** `mdns-actors/compat/multicast-dns`: what the package multicast-dns 7 exports. */

export type { MulticastDns as MulticastDNS, RemoteInfoOutgoing } from './multicast-dns/face.js';
export { multicastDns as default } from './multicast-dns/multicast-dns.js';
export type { Options } from './multicast-dns/options.js';
export type {
  Answer,
  FullPacket,
  Packet,
  QueryOutgoingPacket,
  QueryPacket,
  Question,
  RecordClass,
  RecordType,
  ResponseOutgoingPacket,
  ResponsePacket,
} from './multicast-dns/packet.js';
