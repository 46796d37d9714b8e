/** What `require` returns. */
import { callable } from '../callable.js';
import { Advertisement as OneAdvertisement } from './advertisement.js';
import { Browser as OneBrowser } from './browser.js';
import { resolve, resolveA, resolveAAAA, resolveService, resolveSRV, resolveTXT } from './resolve.js';
import { ServiceType } from './service-type.js';
import { validate } from './validate.js';

export const Advertisement = callable(OneAdvertisement);
export type Advertisement = OneAdvertisement;
export const Browser = callable(OneBrowser);
export type Browser = OneBrowser;
export { resolve, resolveA, resolveAAAA, resolveService, resolveSRV, resolveTXT, ServiceType, validate };
export const { tcp, udp, all } = ServiceType;

export const exported = {
  Advertisement,
  Browser,
  ServiceType,
  tcp,
  udp,
  all,
  validate,
  resolve,
  resolveA,
  resolveAAAA,
  resolveSRV,
  resolveTXT,
  resolveService,
};
