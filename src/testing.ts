/** `mdns-actors/testing`: networks in memory, on virtual time. Hand a simulated host to `createMdns({ network })`. */
export * from './net/simulated/index.js';
export { decodeMessage } from './protocol/wire/decode.js';
export { encodeMessage } from './protocol/wire/encode.js';
export { traceText } from './testing/trace-text.js';
