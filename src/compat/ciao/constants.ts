/** The words of ciao: types and protocols of services, states and events. */

export const ServiceType = {
  AIRDROP: 'airdrop',
  AIRPLAY: 'airplay',
  AIRPORT: 'airport',
  COMPANION_LINK: 'companion-link',
  DACP: 'dacp',
  HAP: 'hap',
  HOMEKIT: 'homekit',
  HTTP: 'http',
  HTTP_ALT: 'http_alt',
  IPP: 'ipp',
  IPPS: 'ipps',
  RAOP: 'raop',
  scanner: 'scanner',
  TOUCH_ABLE: 'touch-able',
  DNS_SD: 'dns-sd',
  PRINTER: 'printer',
} as const;
export type ServiceType = (typeof ServiceType)[keyof typeof ServiceType];

export const Protocol = { TCP: 'tcp', UDP: 'udp' } as const;
export type Protocol = (typeof Protocol)[keyof typeof Protocol];

export const ServiceState = {
  UNANNOUNCED: 'unannounced',
  PROBING: 'probing',
  PROBED: 'probed',
  ANNOUNCING: 'announcing',
  ANNOUNCED: 'announced',
} as const;
export type ServiceState = (typeof ServiceState)[keyof typeof ServiceState];

export const ServiceEvent = { NAME_CHANGED: 'name-change', HOSTNAME_CHANGED: 'hostname-change' } as const;
export type ServiceEvent = (typeof ServiceEvent)[keyof typeof ServiceEvent];

/** Never emitted here. */
export const InternalServiceEvent = {
  PUBLISH: 'publish',
  UNPUBLISH: 'unpublish',
  REPUBLISH: 'republish',
  RECORD_UPDATE: 'records-update',
  RECORD_UPDATE_ON_INTERFACE: 'records-update-interface',
} as const;
export type InternalServiceEvent = (typeof InternalServiceEvent)[keyof typeof InternalServiceEvent];
