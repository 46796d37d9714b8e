/** Names and numbers of resource record types (IANA "DNS parameters"). */

/** Types whose rdata this package reads and writes itself. */
export type OwnType = 'A' | 'AAAA' | 'PTR' | 'CNAME' | 'SRV' | 'TXT' | 'NSEC' | 'HINFO';

const ownTypes: ReadonlySet<string> = new Set<OwnType>(['A', 'AAAA', 'PTR', 'CNAME', 'SRV', 'TXT', 'NSEC', 'HINFO']);

export function isOwnType(type: QuestionType): type is OwnType {
  return ownTypes.has(type);
}

const numbers = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  NULL: 10,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  RT: 21,
  SIG: 24,
  KEY: 25,
  PX: 26,
  AAAA: 28,
  LOC: 29,
  SRV: 33,
  NAPTR: 35,
  KX: 36,
  CERT: 37,
  DNAME: 39,
  OPT: 41,
  APL: 42,
  DS: 43,
  SSHFP: 44,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  TLSA: 52,
  OPENPGPKEY: 61,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  CAA: 257,
  ANY: 255,
} as const;

export type NamedType = keyof typeof numbers;
/** Types whose rdata is kept as bytes. */
export type OtherType = Exclude<NamedType, OwnType | 'ANY'> | `TYPE${number}`;
/** A type that a record can have: a mnemonic, or `TYPE` and a number (RFC 3597 section 5). */
export type RecordType = OwnType | OtherType;
/** A type that a question can have. */
export type QuestionType = RecordType | 'ANY';

const names = new Map<number, NamedType>(Object.entries(numbers).map(([name, number]) => [number, name as NamedType]));

/** The number of a type. */
export function typeNumber(type: QuestionType): number {
  const known = (numbers as Readonly<Record<string, number>>)[type];
  return known ?? Number(type.slice('TYPE'.length));
}

/** The mnemonic of a type number; `TYPE` and the number if it has none. */
export function typeName(number: number): QuestionType {
  return names.get(number) ?? `TYPE${number}`;
}

/** Parses a type as users write it: a mnemonic in any case, or `TYPE123`; undefined if it is neither. */
export function parseType(text: string): QuestionType | undefined {
  const upper = text.toUpperCase();
  if (Object.hasOwn(numbers, upper)) return upper as NamedType;
  const match = /^TYPE(\d{1,5})$/.exec(upper);
  const number = Number(match?.[1] ?? Number.NaN);
  return number <= 0xffff ? typeName(number) : undefined;
}
