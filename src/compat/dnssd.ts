/** `mdns-actors/compat/dnssd`: what the package dnssd 0.4 exports. */

export type { AdvertisementOptions } from './dnssd/advertisement.js';
export type { BrowserOptions } from './dnssd/browser.js';
export {
  Advertisement,
  all,
  Browser,
  exported as default,
  resolve,
  resolveA,
  resolveAAAA,
  resolveService,
  resolveSRV,
  resolveTXT,
  ServiceType,
  tcp,
  udp,
  validate,
} from './dnssd/exported.js';
export type { ResolvedRecord, ResolveOptions } from './dnssd/resolve.js';
export type { Service } from './dnssd/service.js';
export type { ServiceTypeInput } from './dnssd/service-type.js';
export type { Txt } from './dnssd/validate.js';
