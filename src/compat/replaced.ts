/** The packages that are replaced: by the name by which programs import one, the entry below `mdns-actors/compat`. */
export const REPLACED: Readonly<Record<string, string>> = {
  '@homebridge/ciao': 'ciao',
  '@homebridge/ciao/lib/util/domain-formatter': 'ciao/lib/util/domain-formatter',
  bonjour: 'bonjour',
  'bonjour-hap': 'bonjour-hap',
  'bonjour-service': 'bonjour-service',
  dnssd: 'dnssd',
  'dnssd-advertise': 'dnssd-advertise',
  mdns: 'mdns',
  'multicast-dns': 'multicast-dns',
};
