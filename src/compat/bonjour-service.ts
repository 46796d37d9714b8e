/** `mdns-actors/compat/bonjour-service`: what the package bonjour-service 1 exports. */

export { Bonjour, Bonjour as default } from './bonjour-service/bonjour.js';
export type { BrowserConfig } from './bonjour-service/browser.js';
export { Browser } from './bonjour-service/browser.js';
export type { ServiceConfig, ServiceReferer } from './bonjour-service/service.js';
export { Service } from './bonjour-service/service.js';
