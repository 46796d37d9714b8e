/** The constants of `dns_sd.h`, computed from their order there. */

/** From -65537 downwards; an empty name is a number without one. */
const ERRORS =
  'Unknown NoSuchName NoMemory BadParam BadReference BadState BadFlags Unsupported NotInitialized  AlreadyRegistered ' +
  'NameConflict Invalid Firewall Incompatible BadInterfaceIndex Refused NoSuchRecord NoAuth NoSuchKey NATTraversal ' +
  'DoubleNAT BadTime BadSig BadKey Transient ServiceNotRunning NATPortMappingUnsupported NATPortMappingDisabled ' +
  'NoRouter PollingMode Timeout';
const FIRST_ERROR = -65_537;

/** One bit each. */
const FLAGS =
  'MoreComing Add Default NoAutoRename Shared Unique BrowseDomains RegistrationDomains LongLivedQuery ' +
  'AllowRemoteQuery ForceMulticast KnownUnique ReturnIntermediates NonBrowsable ShareConnection SuppressUnusable';

/** From 1 upwards. */
const TYPES =
  'A NS MD MF CNAME SOA MB MG MR NULL WKS PTR HINFO MINFO MX TXT RP AFSDB X25 ISDN RT NSAP NSAP_PTR SIG KEY PX GPOS ' +
  'AAAA LOC NXT EID NIMLOC SRV ATMA NAPTR KX CERT A6 DNAME SINK OPT APL DS SSHFP IPSECKEY RRSIG NSEC DNSKEY DHCID ' +
  'NSEC3 NSEC3PARAM';
/** Up to 255. */
const QUESTION_TYPES = 'TKEY TSIG IXFR AXFR MAILB MAILA ANY';
const LAST_TYPE = 2 ** 8 - 1;

function numbered(prefix: string, names: string, number: (index: number) => number): Record<string, number> {
  const all = names.split(' ').map((name, index) => [name, number(index)] as const);
  return Object.fromEntries(all.filter(([name]) => name !== '').map(([name, value]) => [`${prefix}_${name}`, value]));
}

const flags = Object.entries(numbered('', FLAGS, (index) => 2 ** index));
const questions = QUESTION_TYPES.split(' ').length;

export const NO_AUTO_RENAME = 2 ** 3;
export const FLAG_ADD = 2;
/** Only on this machine: the loopback interface. */
export const LOCAL_ONLY = 2 ** 32 - 1;

export interface Constants {
  readonly [name: `kDNSService${string}`]: number;
}

export const constants: Constants = {
  kDNSServiceErr_NoError: 0,
  ...numbered('kDNSServiceErr', ERRORS, (index) => FIRST_ERROR - index),
  ...Object.fromEntries(flags.map(([name, value]) => [`kDNSServiceFlags${name.slice(1)}`, value])),
  ...numbered('kDNSServiceType', TYPES, (index) => index + 1),
  ...numbered('kDNSServiceType', QUESTION_TYPES, (index) => LAST_TYPE - questions + 1 + index),
  kDNSServiceClass_IN: 1,
  kDNSServiceProtocol_IPv4: 1,
  kDNSServiceProtocol_IPv6: 2,
  kDNSServiceProtocol_UDP: 16,
  kDNSServiceProtocol_TCP: 32,
  kDNSServiceInterfaceIndexAny: 0,
  kDNSServiceInterfaceIndexLocalOnly: LOCAL_ONLY,
  kDNSServiceMaxServiceName: 64,
  kDNSServiceMaxDomainName: 1009,
};
