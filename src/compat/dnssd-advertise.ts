/** `mdns-actors/compat/dnssd-advertise`: what the package dnssd-advertise 1 exports. */
export { type AdvertiseOptions, advertise, exported as default } from './dnssd-advertise/advertise.js';
