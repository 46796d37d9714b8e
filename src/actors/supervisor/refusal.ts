/**
 * Why a command is refused. `createMdns` and the command line check options before they become commands. A program that
 * sends commands to the supervisor directly may not have checked them, and receives the reason as an event.
 */
import { CLASS_IN } from '../../protocol/constants.js';
import { aliasRecordSet, hostRecordSet, parseHostAddresses } from '../../protocol/dns-sd/host.js';
import { instanceName, LOCAL_DOMAIN, type RecordTtls, serviceRecordSet } from '../../protocol/dns-sd/service.js';
import { MdnsError } from '../../protocol/errors.js';
import { isMulticastName } from '../../protocol/multicast-names.js';
import { labelsOf, type Name, nameKey, parentOf } from '../../protocol/name.js';
import type { ResourceRecord } from '../../protocol/record.js';
import { type Fields, type ObjectShape, objectOf, readObject } from '../../protocol/shape/object-reader.js';
import {
  flag,
  guarded,
  isObject,
  listOf,
  oneOf,
  type Reader,
  refusal,
  text,
  ttlSeconds,
  uint16,
} from '../../protocol/shape/reader.js';
import { parseType } from '../../protocol/types.js';
import { moved } from '../../protocol/unicast/translate.js';
import type { View } from '../../protocol/view/view.js';
import { checkRecord } from '../../protocol/wire/encode.js';
import { type AddressRule, checkAddressList } from '../address-filter.js';
import type {
  AliasRequest,
  HostRequest,
  PublicationChanges,
  ServiceRequest,
  SupervisorCommand,
  SupervisorEmitted,
  WatchEvents,
  WatchKind,
  WatchOptions,
  WatchRequest,
} from '../commands.js';
import { OWN_HOST } from '../publication.js';
import { messageOf, thrownData } from '../thrown.js';
import { viewOf } from '../watcher/view-of-request.js';
import { nameAsked } from './domain-entry.js';

/** The ids that are in use. */
export interface IdsInUse {
  readonly publications: { has(id: string): boolean };
  readonly watchers: { has(id: string): boolean };
  /** Keys of the domains beyond the link. */
  readonly domains: { has(key: string): boolean };
}

/** @returns undefined for a command that is valid */
export function refusalOf(command: SupervisorCommand, inUse: IdsInUse): MdnsError | undefined {
  try {
    guarded('The command', () => check(command, inUse));
    return undefined;
  } catch (error) {
    return error as MdnsError;
  }
}

/** The view that answers a request for a watch; undefined if it is refused, for which `refusalOf` has the reason. */
export function viewOfValid(command: WatchOpen, inUse: IdsInUse): View<WatchEvents[WatchKind]> | undefined {
  try {
    return guarded('The command', () => checkWatch(command, inUse));
  } catch {
    return undefined;
  }
}

/** The events that report a refused command, which has had no effect. */
export function refusalEvents(command: SupervisorCommand, error: unknown): SupervisorEmitted[] {
  const { type } = command;
  const id = 'id' in command ? command.id : '';
  const message = error instanceof Error ? error.message : messageOf(error);
  const events: SupervisorEmitted[] = [
    {
      type: 'log',
      level: 'error',
      message: `${type} is refused: ${message}`,
      details: { id, error: thrownData(error) },
    },
  ];
  // The id belongs to an earlier publication or watch, which goes on.
  if (error instanceof IdInUse) return events;
  if (type === 'watch.open') events.push({ type: 'watch.ended', id, reason: 'failed', message });
  if (type === 'publication.publish') {
    events.push({ type: 'publication.failed', id, code: 'invalid', name: '', message });
    events.push({ type: 'publication.withdrawn', id });
  }
  if (type === 'interfaces.scan') events.push({ type: 'interfaces.scanned', request: command.request });
  return events;
}

/** The events that report that the supervisor has ended because of an internal error. */
export function breakdownEvents(error: unknown): SupervisorEmitted[] {
  const message = `The engine broke because of an internal error: ${messageOf(error)}. Please report it, and create another engine.`;
  return [
    { type: 'log', level: 'error', message, details: { error: thrownData(error) } },
    { type: 'system.broke', message },
    { type: 'status.changed', status: { state: 'closed', reason: message, links: [] } },
  ];
}

class IdInUse extends MdnsError {
  constructor(id: string) {
    super('invalid-option', `"id" is ${JSON.stringify(id)}, which is in use: give another id.`);
  }
}

function check(command: SupervisorCommand, inUse: IdsInUse): void {
  const { publications, domains } = inUse;
  switch (command.type) {
    case 'publication.publish':
      checkNewId(command.id, publications);
      checkRequest(command.id, command.request, domains);
      break;
    case 'publication.update':
      anyText(command.id, '"id"');
      checkChanges(command.changes);
      break;
    case 'publication.rename':
      anyText(command.id, '"id"');
      instanceName(anyText(command.label, '"label"'), '_any._tcp.local');
      break;
    case 'watch.open':
      checkWatch(command, inUse);
      break;
    case 'records.doubt':
      listOf(doubted, 'give a list of records')(command.records, '"records"');
      break;
    case 'interfaces.scan':
      anyText(command.request, '"request"');
  }
}

type WatchOpen = Extract<SupervisorCommand, { type: 'watch.open' }>;

function checkWatch(
  { id, request, options }: WatchOpen,
  { watchers, domains }: IdsInUse,
): View<WatchEvents[WatchKind]> {
  checkNewId(id, watchers);
  readObject(watchOptions, options);
  watchKind(request.kind, '"kind"');
  const view = viewOf(request, options.once);
  checkWhere(request, domains);
  return view;
}

const watchKind = oneOf(['browse', 'names', 'types', 'all', 'instance', 'host', 'records', 'domains']);
const anyText = text('give text');
const texts = listOf(anyText, 'give a list of texts');
const anyBytes: Reader<Uint8Array> = (value, at) => {
  if (value instanceof Uint8Array) return value;
  throw refusal(at, value, 'give bytes');
};
const ttls: Reader<RecordTtls> = objectOf({
  of: 'ttls',
  example: '{ host: 120, other: 4500 }',
  fields: { host: ttlSeconds, other: ttlSeconds },
  required: ['host', 'other'],
});
const policy = oneOf(['rename', 'fail', 'keep-trying', 'ask']);

const changeable: Fields<PublicationChanges> = {
  instance: anyText,
  port: uint16,
  priority: uint16,
  weight: uint16,
  txt: listOf(anyBytes, 'give a list of bytes'),
  subtypes: texts,
};
const addressFilter: Reader<AddressRule> = (value, at) => {
  if (isObject(value) && typeof value.named === 'string') return { named: value.named };
  const list = texts(value, at);
  checkAddressList(list);
  return list;
};
const places = { interfaces: texts, domains: texts } as const;
const anywhere = { addresses: texts, addressFilter, ttls, onConflict: policy, ...places } as const;
const serviceShape: ObjectShape<ServiceRequest> = {
  of: 'publication.publish',
  example: 'what publishCommand() makes',
  fields: {
    ...changeable,
    ...anywhere,
    kind: oneOf(['service']),
    typeName: anyText,
    host: anyText,
    claimHost: flag,
    ownHost: oneOf(['numbered', 'bracketed']),
    unprobed: flag,
    extra: listOf(anObject, 'give a list of records') as Reader<ServiceRequest['extra']>,
  },
  required: ['instance', 'typeName', 'port', 'priority', 'weight', 'txt', 'subtypes', 'extra', 'ttls', 'onConflict'],
};
const hostShape: ObjectShape<HostRequest> = {
  of: 'publication.publish',
  example: '{ kind: "host", host: "printer.local" }',
  fields: { ...anywhere, kind: oneOf(['host']), host: anyText },
  required: ['host', 'ttls', 'onConflict'],
};
const aliasShape: ObjectShape<AliasRequest> = {
  of: 'publication.publish',
  example: '{ kind: "alias", alias: "git.local", host: "printer.local" }',
  fields: { kind: oneOf(['alias']), alias: anyText, host: anyText, ttls, onConflict: policy, ...places },
  required: ['alias', 'host', 'ttls', 'onConflict'],
};
const changesShape: ObjectShape<PublicationChanges> = {
  of: 'publication.update',
  example: '{ port: 80 }',
  fields: changeable,
  required: [],
};
const watchOptions: ObjectShape<WatchOptions> = {
  of: 'watch.open',
  example: '{ once: false, timeoutMs: undefined, interfaces: undefined }',
  fields: { once: flag, timeoutMs: milliseconds, interfaces: texts },
  required: ['once'],
};

function checkNewId(id: unknown, inUse: { has(id: string): boolean }): void {
  const name = anyText(id, '"id"');
  const isOurs = name === OWN_HOST || name.startsWith(`${OWN_HOST}:`);
  if (isOurs || inUse.has(name)) throw new IdInUse(name);
}

/** A name of another domain must not be asked on the links (RFC 6762 section 3). */
function checkWhere(request: WatchRequest, known: IdsInUse['domains']): void {
  const asked = nameAsked(request);
  if (asked === undefined || isMulticastName(asked)) return;
  for (let name = asked; name !== '.'; name = parentOf(name)) if (known.has(nameKey(name))) return;
  throw refusal('The name', asked, 'give one below "local", or name its domain in "domains" of the system, too');
}

function checkRequest(id: string, given: unknown, known: IdsInUse['domains']): void {
  const kind = isObject(given) ? given.kind : undefined;
  if (kind === 'alias') {
    const { alias: name, host, ttls, domains } = readObject(aliasShape, given);
    for (const domain of knownOf(domains, known)) {
      const alias = moved(name, LOCAL_DOMAIN, domain);
      checkWritable(aliasRecordSet({ id, alias, host: moved(host, LOCAL_DOMAIN, domain), ttl: ttls.host }).records);
    }
    return;
  }
  const request = kind === 'host' ? readObject(hostShape, given) : readObject(serviceShape, given);
  const onChosenInterfaces = request.interfaces !== undefined;
  const addresses = (parseHostAddresses(request.addresses, onChosenInterfaces) ?? []).map((address) => ({ address }));
  for (const domain of knownOf(request.domains, known)) {
    const host = moved(request.host ?? 'host.local', LOCAL_DOMAIN, domain);
    if ('instance' in request) {
      const typeName = moved(request.typeName, LOCAL_DOMAIN, domain);
      checkWritable(serviceRecordSet({ ...request, typeName, id, host, ttl: request.ttls }).records);
    }
    checkWritable(hostRecordSet({ id, host, addresses, reverse: false }).records);
  }
}

/** The domains to publish in, all of which have to be known. */
function knownOf(domains: readonly Name[] = [LOCAL_DOMAIN], known: IdsInUse['domains']): readonly Name[] {
  const unknown = domains.find((domain) => nameKey(domain) !== LOCAL_DOMAIN && !known.has(nameKey(domain)));
  if (unknown === undefined) return domains;
  throw refusal('"domains"', unknown, 'name it in "domains" of the system, too');
}

/** Checks the changed fields alone: the others were checked when the service was published. */
function checkChanges(given: unknown): void {
  const changes = readObject(changesShape, given);
  const any = {
    id: '',
    instance: 'any',
    typeName: '_any._tcp.local',
    host: 'host.local',
    port: 0,
    txt: [],
    subtypes: [],
  };
  checkWritable(serviceRecordSet({ ...any, ...changes }).records);
}

/** A record that cannot be encoded would break the link that tries to send it. */
function checkWritable(records: readonly ResourceRecord[]): void {
  for (const record of records) checkRecord(record);
}

function anObject(value: unknown, at: string): object {
  if (isObject(value)) return value;
  throw refusal(at, value, 'give an object');
}

function milliseconds(value: unknown, at: string): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw refusal(at, value, 'give milliseconds');
}

/** A name and type, or a whole record. */
function doubted(value: unknown, at: string): void {
  const { name, type, ...data } = anObject(value, at) as Readonly<Record<string, unknown>>;
  labelsOf(anyText(name, `${at}.name`));
  if (parseType(anyText(type, `${at}.type`)) === undefined) throw refusal(`${at}.type`, type, 'give a record type');
  if (Object.keys(data).every((key) => key === 'class')) return;
  checkWritable([{ class: CLASS_IN, cacheFlush: false, ttl: 0, ...(value as object) } as ResourceRecord]);
}
