/** `mdns-actors/compat/bonjour-hap`: what the package bonjour-hap 3 exports. */

export { Bonjour, Bonjour as default } from './bonjour-hap/bonjour.js';
export type { BonjourFindOptions, BonjourService, Browser } from './bonjour-hap/browser.js';
export type { Advertisement, PublishOptions } from './bonjour-hap/service.js';
export type { Options as MulticastOptions } from './multicast-dns/options.js';
