/** `mdns-actors/compat/ciao`: what the package @homebridge/ciao 1 exports. */

export { InternalServiceEvent, Protocol, ServiceEvent, ServiceState, ServiceType } from './ciao/constants.js';
export { default } from './ciao/exports.js';
export type { ResponderOptions } from './ciao/responder.js';
export { getResponder, Responder } from './ciao/responder.js';
export type { ServiceOptions, ServiceTxt } from './ciao/service.js';
export { CiaoService } from './ciao/service.js';
