/** DNS-SD's names for services, and the records of a published service (RFC 6763 sections 4 to 7 and 9). */
import { CLASS_IN, HOST_TTL_SECONDS, MAX_SERVICE_NAME_BYTES, OTHER_TTL_SECONDS } from '../constants.js';
import { MdnsError } from '../errors.js';
import {
  firstLabel,
  labelsOf,
  type Name,
  nameBelow,
  nameFromLabels,
  nameKey,
  parentOf,
  parseName,
  plainLabel,
} from '../name.js';
import type { RecordData, ResourceRecord } from '../record.js';
import type { RecordSet } from '../record-set.js';
import { txtData } from '../txt-strings.js';

/** The domain of Multicast DNS (RFC 6762 section 3). */
export const LOCAL_DOMAIN: Name = 'local';

/** The name whose PTR records list the service types of a domain (RFC 6763 section 9). */
export function typeEnumerationName(domain: Name = LOCAL_DOMAIN): Name {
  return domain === '.' ? typeEnumeration : `${typeEnumeration}.${domain}`;
}

const typeEnumeration = '_services._dns-sd._udp';

export interface ServiceType {
  /** Service and protocol: `_http._tcp`. */
  readonly type: string;
  /** `local`. */
  readonly domain: Name;
  /** The type in its domain: `_http._tcp.local`. */
  readonly name: Name;
  /** The subtype label without escapes, if there is one: `_printer` in `_printer._sub._http._tcp`. */
  readonly subtype?: string;
  /** The name to browse: that of the subtype if there is one, otherwise that of the type. */
  readonly browseName: Name;
}

/**
 * Parses a service type as people write it: `_http._tcp`, with or without `.local` or a subtype in front
 * (`_printer._sub._http._tcp`), or in short form: `http` is `_http._tcp` and `http._udp` is `_http._udp`. Case is kept.
 *
 * @param options.strict for publishing: only service names that RFC 6335 section 5.1 allows, and only `_tcp` and `_udp`
 *   (RFC 6763 section 7). Otherwise any two labels with an underscore, since networks have odd names that users browse
 *   for.
 * @param options.domain the domain of the type. Default: `local`
 * @throws MdnsError `invalid-type`
 */
export function parseServiceType(
  text: string,
  options: { readonly strict: boolean; readonly domain?: Name },
): ServiceType {
  const { domain: inDomain = LOCAL_DOMAIN } = options;
  const full = escapedLabels(typedName(text));
  const hasSubtype = nameKey(full[1] ?? '') === '_sub';
  const [service, protocol = '_tcp', ...domain] = hasSubtype ? full.slice(2) : full;
  if (service === undefined) throw invalidType(text, 'it has no service label');
  if (domain.length > 0 && nameKey(domain.join('.')) !== nameKey(inDomain)) {
    throw invalidType(text, `the domain must be "${inDomain}", or be left out`);
  }
  const labels = [underscored(service), isTransport(protocol) ? underscored(protocol) : protocol];
  if (options.strict || !labels[1]?.startsWith('_')) checkProtocol(text, protocol);
  if (options.strict) checkService(text, service);

  const type = labels.join('.');
  // Parsed again, since the added underscore may make the label too long.
  const name = typedName(`${type}.${inDomain}`);
  const base = { type, domain: inDomain, name };
  if (!hasSubtype) return { ...base, browseName: name };
  const subtype = full[0] ?? '';
  return { ...base, subtype: plainLabel(subtype), browseName: `${subtype}._sub.${name}` };
}

function typedName(text: string): Name {
  try {
    return parseName(text);
  } catch (error) {
    throw invalidType(text, error instanceof Error ? error.message : String(error));
  }
}

/** The labels as they are written in the name. */
function escapedLabels(name: Name): string[] {
  const labels: string[] = [];
  for (let rest = name; rest !== '.'; rest = parentOf(rest)) labels.push(firstLabel(rest));
  return labels;
}

function underscored(label: string): string {
  return label.startsWith('_') ? label : `_${label}`;
}

function isTransport(label: string): boolean {
  return /^_?(tcp|udp)$/i.test(label);
}

/** RFC 6763 section 7: `_tcp` for services over TCP, `_udp` for all others. */
function checkProtocol(text: string, protocol: string): void {
  if (!isTransport(protocol))
    throw invalidType(text, `"${protocol}" must be "_tcp", or "_udp" for everything except TCP`);
}

const UNLESS = ', unless "strict" is false';

/** RFC 6335 section 5.1. */
function checkService(text: string, label: string): void {
  const service = label.startsWith('_') ? label.slice(1) : label;
  if (service.length > MAX_SERVICE_NAME_BYTES) {
    throw invalidType(
      text,
      `"${service}" has ${service.length} characters, at most ${MAX_SERVICE_NAME_BYTES} are allowed${UNLESS}`,
    );
  }
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/i.test(service) || !/[a-z]/i.test(service)) {
    throw invalidType(
      text,
      `"${service}" must consist of letters, digits and single inner hyphens, with at least one letter${UNLESS}`,
    );
  }
}

function invalidType(text: string, why: string): MdnsError {
  return new MdnsError(
    'invalid-type',
    `${JSON.stringify(text)} is not a service type: ${why}. Write for example "_http._tcp".`,
  );
}

/**
 * The service and protocol that a PTR record of the type enumeration names: its first two labels, whatever domain
 * follows (RFC 6763 section 9). Undefined if they are not a type: some devices list subtypes, and types without `_tcp`
 * or `_udp`, which cannot be browsed for (sections 7 and 7.1).
 */
export function enumeratedType(target: Name): string | undefined {
  const service = firstLabel(target);
  const protocol = firstLabel(parentOf(target));
  return service.startsWith('_') && /^_(tcp|udp)$/i.test(protocol) ? `${service}.${protocol}` : undefined;
}

/** Whether a PTR record of the type enumeration lists something that is not a service type. */
export function listsNoType(name: Name, target: Name): boolean {
  return nameKey(name).startsWith(`${typeEnumeration}.`) && enumeratedType(target) === undefined;
}

/**
 * `<sub>._sub.<type>`, whose PTR records list the instances of a subtype (RFC 6763 section 7.1). Text is converted to
 * composed form (RFC 6762 section 16); bytes are used unchanged.
 */
export function subtypeName(subtype: string | Uint8Array, typeName: Name): Name {
  const label = typeof subtype === 'string' ? subtype.normalize('NFC') : subtype;
  return nameFromLabels([label, '_sub', ...labelsOf(typeName)]);
}

/**
 * `<instance>.<type>`. The instance is one label for people: any text without control characters, in composed form, 1
 * to 63 bytes of UTF-8 (RFC 6763 section 4.1.1).
 *
 * @throws MdnsError `invalid-name`
 */
export function instanceName(instance: string, typeName: Name): Name {
  refuseControlCharacters(instance);
  return nameBelow(instance.normalize('NFC'), typeName);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const controlCharacter = /[\u0000-\u001f\u007f]/;

/** Throws `MdnsError` `invalid-name` for a label with control characters (RFC 6763 section 4.1.1). */
export function refuseControlCharacters(label: string): void {
  if (!controlCharacter.test(label)) return;
  throw new MdnsError('invalid-name', `${JSON.stringify(label)} has a control character: leave it out.`);
}

export interface InstanceNameParts {
  /** The instance label as people read it, without escapes. */
  readonly instance: string;
  /** `_http._tcp`. */
  readonly type: string;
  readonly domain: Name;
}

type TypeNameParts = Omit<InstanceNameParts, 'instance'>;

/** The last type name that was split: thousands of instances share the strings of one. */
let lastType: { readonly typeName: Name; readonly parts: TypeNameParts | undefined } | undefined;

/** Splits `<instance>.<service>.<protocol>.<domain>` at its labels; undefined if it is not such a name. */
export function parseInstanceName(fullName: Name): InstanceNameParts | undefined {
  const typeName = parentOf(fullName);
  if (lastType?.typeName !== typeName) lastType = { typeName, parts: parseTypeName(typeName) };
  const { parts } = lastType;
  return parts && { instance: plainLabel(fullName), type: parts.type, domain: parts.domain };
}

function parseTypeName(typeName: Name): TypeNameParts | undefined {
  const type = enumeratedType(typeName);
  if (type === undefined || nameKey(firstLabel(typeName)) === '_sub') return undefined;
  return { type, domain: parentOf(parentOf(typeName)) };
}

/**
 * TTLs in seconds: `host` for records with a host name as owner or in their data, `other` for the rest (RFC 6762
 * section 10).
 */
export interface RecordTtls {
  readonly host: number;
  readonly other: number;
}

/** An additional record at the instance name, which it follows when that changes. */
export interface ExtraRecord {
  readonly data: RecordData;
  /** Seconds. Default: as for records without a host name. */
  readonly ttl?: number | undefined;
}

export interface ServiceSpec {
  readonly id: string;
  readonly instance: string;
  /** `_http._tcp.local`. */
  readonly typeName: Name;
  readonly port: number;
  /** Default: 0, as for every service with a single SRV record (RFC 6763 section 5). */
  readonly priority?: number;
  /** Default: 0. */
  readonly weight?: number;
  readonly host: Name;
  readonly txt: readonly Uint8Array[];
  readonly subtypes: readonly (string | Uint8Array)[];
  /** Default: 120 and 4500. */
  readonly ttl?: RecordTtls;
  /** Additional unique records at the instance name. */
  readonly extra?: readonly ExtraRecord[];
}

/**
 * The records of a service, and its instance name to claim. They include the type enumeration's PTR record, which other
 * services of the type share: its goodbye is sent with the last of them only.
 *
 * @throws MdnsError `invalid-name` for an instance or subtype that does not fit into a label
 */
export function serviceRecordSet(spec: ServiceSpec): RecordSet {
  const { typeName, port, priority = 0, weight = 0, host, txt, extra = [] } = spec;
  const ttl = spec.ttl ?? { host: HOST_TTL_SECONDS, other: OTHER_TTL_SECONDS };
  const name = instanceName(spec.instance, typeName);
  const pointer = (owner: Name, target: Name) => shared(owner, ttl.other, { type: 'PTR', target });
  const records = [
    pointer(typeName, name),
    ...subtypeNames(spec).map((subtype) => pointer(subtype, name)),
    pointer(typeEnumerationName(parentOf(parentOf(typeName))), typeName),
    unique(name, ttl.host, { type: 'SRV', priority, weight, port, target: host }),
    unique(name, ttl.other, txtData(txt)),
    ...extra.map((record) => unique(name, record.ttl ?? ttl.other, record.data)),
  ];
  // The copy has no spare room, which the spread elements leave.
  return { id: spec.id, claims: [name], records: records.slice() };
}

/** The names of the subtypes, each once: they compare without regard to case (RFC 6763 section 7.1). */
function subtypeNames(spec: ServiceSpec): Name[] {
  const names = new Map<string, Name>();
  for (const subtype of spec.subtypes) {
    const name = subtypeName(subtype, spec.typeName);
    if (!names.has(nameKey(name))) names.set(nameKey(name), name);
  }
  return [...names.values()];
}

function shared(name: Name, ttl: number, data: RecordData): ResourceRecord {
  return { name, class: CLASS_IN, cacheFlush: false, ttl, ...data };
}

function unique(name: Name, ttl: number, data: RecordData): ResourceRecord {
  return { name, class: CLASS_IN, cacheFlush: true, ttl, ...data };
}
