export type { AddressFilter, FilterFunction } from './actors/address-filter.js';
export type {
  DomainMetrics,
  DomainState,
  DomainStatus,
  DomainsMetrics,
  InstanceFacts,
  LinkMetrics,
  LinkState,
  LinkStatus,
  Metrics,
  RefusedPublication,
  Status,
} from './actors/commands.js';
export type { LinkCounters } from './actors/counters.js';
export type { InterfaceChoice } from './actors/interface-choice.js';
export { Browse, ServiceBrowse } from './api/browse.js';
export type {
  DomainKey,
  DomainKeyFile,
  DomainOptions,
  DomainsOptions,
  PublishingDomains,
} from './api/domain-options.js';
export type { Doors } from './api/doors.js';
export { createMdns, type Mdns } from './api/mdns.js';
export type { NodeLookup, NodeLookupCallback, NodeLookupError } from './api/node-lookup.js';
export { OPEN_METRICS_TYPE, openMetrics } from './api/open-metrics.js';
export type {
  AnnouncedOptions,
  BrowseOptions,
  DiscoverOptions,
  ExtraRecordOptions,
  HostOptions,
  Inspected,
  Inspector,
  InspectorHandlerOptions,
  InspectorMethods,
  Logger,
  MdnsOptions,
  ResolveOptions,
  ResolvingOptions,
  SendOptions,
  ServeInspectorOptions,
  ServiceChanges,
  ServiceOptions,
  UpdateOptions,
  WaitOptions,
  WatchHostOptions,
  WatchOptions,
} from './api/options.js';
export type { Packet, PacketAddress } from './api/packets.js';
export type { PublicationEvent, Published } from './api/published.js';
export type { PublishedService } from './api/published-service.js';
export type { RecordWatch } from './api/record-watch.js';
export type { OutgoingMessage } from './api/send-request.js';
export type { InspectorHandler } from './inspector/handler.js';
export type { InspectorServer } from './inspector/server.js';
export type { Family } from './ip/family.js';
export type { NodeClock, NodeClockOptions } from './net/clock.js';
export type { DnsExchange, DnsNetwork, DnsOutcome, DnsServer, DnsSettings } from './net/dns.js';
export type { DnsClientCounters } from './net/dns-client.js';
export type {
  Clock,
  Datagram,
  Destination,
  InterfaceAddress,
  Link,
  LinkFault,
  LinkHandlers,
  LinkOpened,
  LinkOptions,
  Network,
  NetworkInterface,
  TimerHandle,
} from './net/network.js';
export { NodeNetwork, type NodeNetworkOptions } from './net/node-network.js';
export type { CacheCounters, CacheSummary, RemovalReason } from './protocol/cache/cache.js';
export type { RecordKind } from './protocol/cache/footprint.js';
export type { CacheBytes, SourceSummary } from './protocol/cache/types.js';
export type { ServiceAddress, ServiceInstance } from './protocol/dns-sd/instance.js';
export type { RecordTtls } from './protocol/dns-sd/service.js';
export { type TxtInput, txtAttributes } from './protocol/dns-sd/txt.js';
export type { TxtFilter } from './protocol/dns-sd/txt-filter.js';
export { MdnsError, type MdnsErrorCode } from './protocol/errors.js';
export type { Name } from './protocol/name.js';
export type {
  PublicNsecData as NsecData,
  PublicRecord as ResourceRecord,
  PublicRecordData as RecordData,
  PublicTxtData as TxtData,
} from './protocol/public-record.js';
export type {
  AddressData,
  HinfoData,
  MessageHead,
  OtherData,
  Question,
  QuestionKey,
  RecordHead,
  SrvData,
  TargetData,
} from './protocol/record.js';
export type { NamedType, OtherType, OwnType, QuestionType, RecordType } from './protocol/types.js';
export type { DomainUse } from './protocol/unicast/enumeration.js';
export type { PollCounters } from './protocol/unicast/poll-plan.js';
export type { FoundDomain } from './protocol/view/domains-view.js';
export type { InstanceName } from './protocol/view/found-instance.js';
export type { InstanceEvent } from './protocol/view/instance-view.js';
export type { FoundHost, LookupEvent } from './protocol/view/lookup-view.js';
export type { InstanceNameEvent, TypeEvent } from './protocol/view/pointer-views.js';
export type { FoundRecord, RecordEvent } from './protocol/view/record-view.js';
export type { InstanceChange } from './protocol/view/shown-instance.js';
export { drawSrvs } from './protocol/view/srv-choice.js';
export type { LossReason } from './protocol/view/view.js';
export type { PublicMessage as Message } from './protocol/wire/public-message.js';
