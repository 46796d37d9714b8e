/** What `require` returns. */
import { Advertisement, createAdvertisement } from './advertisement.js';
import { Browser, browseThemAll, resolve } from './browser.js';
import { type Constants, constants } from './constants.js';
import { loopbackInterface } from './network-interface.js';
import { makeServiceType, protocolHelper, ServiceType } from './service-type.js';
import { DNSServiceGetAddrInfo, rst } from './steps.js';

export {
  Advertisement,
  Browser,
  browseThemAll,
  createAdvertisement,
  loopbackInterface,
  makeServiceType,
  resolve,
  rst,
  ServiceType,
};
export const createBrowser = Browser.create;
export const tcp = protocolHelper('tcp');
export const udp = protocolHelper('udp');
/** There is no Avahi behind it. */
export const isAvahi = false;
/** The constants; programs look whether it has `DNSServiceGetAddrInfo`. */
export const dns_sd: Constants & { DNSServiceGetAddrInfo: typeof DNSServiceGetAddrInfo } = {
  ...constants,
  DNSServiceGetAddrInfo,
};

const named = {
  dns_sd,
  Advertisement,
  createAdvertisement,
  Browser,
  createBrowser,
  browseThemAll,
  resolve,
  ServiceType,
  makeServiceType,
  tcp,
  udp,
  loopbackInterface,
  rst,
  isAvahi,
} as const;

export const exported: typeof named & Constants = { ...constants, ...named };
