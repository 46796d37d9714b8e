/** `mdns-actors/xstate`: the supervisor as actor logic, to be invoked or spawned by another program's machine. */

export type { AddressRule, NamedFilters } from './actors/address-filter.js';
export type {
  AliasRequest,
  ConflictPolicy,
  HostRequest,
  LogDetails,
  LogLevel,
  Plain,
  PublicationChanges,
  PublicationRequest,
  ServiceRequest,
  Sightings,
  SupervisorCommand,
  SupervisorEmitted,
  WatchEnd,
  WatchEvents,
  WatchKind,
  WatchOptions,
  WatchRequest,
  WatchRequests,
} from './actors/commands.js';
export type { Port } from './actors/messages.js';
export type { DomainChoice, SupervisorInput } from './actors/supervisor/input.js';
export type { PublishingDomains } from './api/domain-options.js';
export { browseCommand, publishCommand, type SupervisorLogic, supervisor, supervisorOptions } from './api/embed.js';
export type { SupervisorOptions } from './api/option-shapes.js';
export type { TsigKey } from './net/tsig-key.js';
export type { Doubted } from './protocol/cache/types.js';
export type { ExtraRecord } from './protocol/dns-sd/service.js';
/** As they are sent: TXT strings and NSEC types in packed form. */
export type { NsecData, RecordData, TxtData } from './protocol/record.js';
export type { TsigAlgorithm } from './protocol/unicast/tsig.js';
export type { DomainEvent, DomainList } from './protocol/view/domains-view.js';
export type { LookupEvent } from './protocol/view/lookup-view.js';
export type { RecordEvent } from './protocol/view/record-view.js';
