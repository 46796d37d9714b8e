/** The messages that multicast-dns passes on: those of dns-packet 5, whose own declarations users may not have. */

interface SrvData {
  port: number;
  target: string;
  priority?: number | undefined;
  weight?: number | undefined;
}

interface RecordData {
  A: string;
  AAAA: string;
  CNAME: string;
  DNAME: string;
  NS: string;
  PTR: string;
  SRV: SrvData;
  /** As it is sent: strings, buffers, or an array of them. As it is received: an array of buffers. */
  TXT: string | Buffer | Array<string | Buffer>;
  CAA: { issuerCritical?: boolean | undefined; flags?: number | undefined; tag: CaaTag; value: string };
  DNSKEY: { flags: number; algorithm: number; key: Buffer };
  DS: { keyTag: number; algorithm: number; digestType: number; digest: Buffer };
  HINFO: { cpu: string; os: string };
  MX: { preference?: number | undefined; exchange: string };
  NAPTR: {
    order: number;
    preference: number;
    flags: string;
    services: string;
    regexp: string;
    replacement: string;
  };
  NSEC: { nextDomain: string; rrtypes: string[] };
  NSEC3: {
    algorithm: number;
    flags: number;
    iterations: number;
    salt: Buffer;
    nextDomain: Buffer;
    rrtypes: string[];
  };
  RP: { mbox: string; txt: string };
  RRSIG: {
    typeCovered: string;
    algorithm: number;
    labels: number;
    originalTTL: number;
    expiration: number;
    inception: number;
    keyTag: number;
    signersName: string;
    signature: Buffer;
  };
  SOA: {
    mname: string;
    rname: string;
    serial?: number | undefined;
    refresh?: number | undefined;
    retry?: number | undefined;
    expire?: number | undefined;
    minimum?: number | undefined;
  };
  SSHFP: { algorithm: number; hash: number; fingerprint: string };
  TLSA: { usage: number; selector: number; matchingType: number; certificate: Buffer };
}
type CaaTag = 'issue' | 'issuewild' | 'iodef';

/** Types whose data is passed on as bytes. */
type BinaryType =
  | 'AFSDB'
  | 'APL'
  | 'AXFR'
  | 'CDNSKEY'
  | 'CDS'
  | 'CERT'
  | 'DHCID'
  | 'DLV'
  | 'HIP'
  | 'IPSECKEY'
  | 'IXFR'
  | 'KEY'
  | 'KX'
  | 'LOC'
  | 'NSEC3PARAM'
  | 'NULL'
  | 'SIG'
  | 'TA'
  | 'TKEY'
  | 'TSIG'
  | 'URI';

export type RecordType = keyof RecordData | BinaryType | 'OPT';
export type RecordClass = 'IN' | 'CS' | 'CH' | 'HS' | 'ANY';

export interface Question {
  type: RecordType;
  name: string;
  class?: RecordClass | undefined;
}

interface ResourceRecord<Type, Data> {
  type: Type;
  name: string;
  ttl?: number | undefined;
  class?: RecordClass | undefined;
  flush?: boolean | undefined;
  data: Data;
}

interface OptRecord {
  type: 'OPT';
  name: string;
  udpPayloadSize: number;
  extendedRcode: number;
  ednsVersion: number;
  flags: number;
  flag_do: boolean;
  options: { code: number; data?: Buffer | undefined }[];
}

export type Answer =
  | { [Type in keyof RecordData]: ResourceRecord<Type, RecordData[Type]> }[keyof RecordData]
  | ResourceRecord<BinaryType, Buffer>
  | OptRecord;

/** A message as it is sent; what is left out is empty or 0. */
export interface Packet {
  type?: 'query' | 'response' | undefined;
  id?: number | undefined;
  flags?: number | undefined;
  questions?: Question[] | undefined;
  answers?: Answer[] | undefined;
  authorities?: Answer[] | undefined;
  additionals?: Answer[] | undefined;
}

/** A message as it is received. */
export interface FullPacket extends Required<Packet> {
  type: 'query' | 'response';
  id: number;
  flags: number;
  flag_qr: boolean;
  opcode: string;
  flag_aa: boolean;
  flag_tc: boolean;
  flag_rd: boolean;
  flag_ra: boolean;
  flag_z: boolean;
  flag_ad: boolean;
  flag_cd: boolean;
  rcode: string;
  questions: Question[];
  answers: Answer[];
  authorities: Answer[];
  additionals: Answer[];
}

export interface QueryPacket extends FullPacket {
  type: 'query';
}
export interface ResponsePacket extends FullPacket {
  type: 'response';
}
export interface QueryOutgoingPacket extends Packet {
  questions: Question[];
}
export interface ResponseOutgoingPacket extends Packet {
  answers: Answer[];
}
