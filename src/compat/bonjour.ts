/** `mdns-actors/compat/bonjour`: what the package bonjour 3 exports. */

export { Bonjour, Bonjour as default } from './bonjour/bonjour.js';
export type { Browser, BrowserOptions, RemoteService } from './bonjour/browser.js';
export type { Service, ServiceOptions } from './bonjour/service.js';
