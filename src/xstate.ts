/** `mdns-actors/xstate`: the supervisor as actor logic, to be invoked or spawned by another program's machine. */
export type {
  ConflictPolicy,
  HostRequest,
  LogLevel,
  PublicationChanges,
  PublicationRequest,
  ServiceRequest,
  SupervisorCommand,
  SupervisorEmitted,
  WatchEnd,
  WatchOptions,
  WatchRequest,
} from './actors/commands.js';
export type { SupervisorInput } from './actors/supervisor/input.js';
export { browseCommand, publishCommand, type SupervisorLogic, supervisor, supervisorOptions } from './api/embed.js';
export type { Doubted } from './protocol/cache/types.js';
export type { ExtraRecord } from './protocol/dns-sd/service.js';
/** As they are sent: TXT strings and NSEC types in packed form. */
export type { NsecData, RecordData, TxtData } from './protocol/record.js';
