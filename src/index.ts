export type { AddressFilter } from './actors/address-filter.js';
export type {
  LinkMetrics,
  LinkStatus,
  Metrics,
  Status,
  SupervisorCommand,
  SupervisorEmitted,
} from './actors/boundary.js';
export type { LinkCounters } from './actors/counters.js';
export type { InterfaceChoice } from './actors/interface-choice.js';
export { Browse, ServiceBrowse } from './browse.js';
export { createMdns, Mdns } from './mdns.js';
export type { InterfaceAddress, Network, NetworkInterface } from './net/network.js';
export { NodeNetwork } from './net/node-network.js';
export type { NodeLookup, NodeLookupCallback, NodeLookupError } from './node-lookup.js';
export type {
  AnnouncedOptions,
  BrowseOptions,
  DiscoverOptions,
  ExtraRecordOptions,
  HostOptions,
  Logger,
  MdnsOptions,
  ServiceChanges,
  ServiceOptions,
  WaitOptions,
} from './options.js';
export type { ServiceAddress, ServiceInstance } from './protocol/dns-sd/instance.js';
export { type TxtInput, txtAttributes } from './protocol/dns-sd/txt.js';
export type { TxtFilter } from './protocol/dns-sd/txt-filter.js';
export { MdnsError, type MdnsErrorCode } from './protocol/errors.js';
export type { PublicRecord as ResourceRecord } from './protocol/public-record.js';
export type { Question } from './protocol/record.js';
export type { InstanceName } from './protocol/view/found-instance.js';
export type { InstanceEvent } from './protocol/view/instance-view.js';
export type { FoundHost } from './protocol/view/lookup-view.js';
export type { InstanceNameEvent, TypeEvent } from './protocol/view/pointer-views.js';
export type { FoundRecord } from './protocol/view/record-view.js';
export type { InstanceChange } from './protocol/view/shown-instance.js';
export { type PublicationEvent, Published } from './published.js';
export { PublishedService } from './published-service.js';
export {
  browseCommand,
  publishCommand,
  type SupervisorLogic,
  supervisor,
  supervisorOptions,
} from './supervisor-logic.js';
