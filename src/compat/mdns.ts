/** `mdns-actors/compat/mdns`: what the package mdns 2 (node_mdns) exports. Its constants are in the default export. */
export type {
  AdvertisementOptions,
  DnsSdError,
  RegisteredCallback,
  TxtRecord,
} from './mdns/advertisement.js';
export type { BrowserOptions, ResolvedCallback } from './mdns/browser.js';
export {
  Advertisement,
  Browser,
  browseThemAll,
  createAdvertisement,
  createBrowser,
  dns_sd,
  exported as default,
  isAvahi,
  loopbackInterface,
  makeServiceType,
  resolve,
  rst,
  ServiceType,
  tcp,
  udp,
} from './mdns/exported.js';
export type { Service } from './mdns/service.js';
export type { ServiceTypeInput } from './mdns/service-type.js';
export type { Next, Step } from './mdns/steps.js';
