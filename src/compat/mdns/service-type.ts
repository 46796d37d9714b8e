import { MAX_SERVICE_NAME_BYTES } from '../../protocol/constants.js';

interface TypeParts {
  readonly name: string;
  readonly protocol: string;
  readonly subtypes?: readonly string[];
  readonly fullyQualified?: boolean;
}
/** What a type is made of: `'_http._tcp,_sub'`, `['http', 'tcp', 'sub']`, or an object. */
export type ServiceTypeInput = string | readonly string[] | TypeParts;

/** Browses for the types of the network. */
const WILDCARD = '_services._dns-sd._udp.';

/** A service type: labels without underscores. */
export class ServiceType {
  static readonly wildcard = WILDCARD;

  name = '';
  protocol = '';
  subtypes: string[] = [];
  /** Whether it was written with a final dot. */
  fullyQualified?: boolean;

  /** @throws Error for a type that no service can have */
  constructor(...args: readonly (ServiceTypeInput | undefined)[]) {
    const given = args.length === 1 && Array.isArray(args[0]) ? (args[0] as readonly ServiceTypeInput[]) : args;
    if (given.length >= 2) this.fromArray(given as readonly string[]);
    else if (given.length === 1) this.#read(given[0] as ServiceTypeInput);
  }

  isWildcard(): boolean {
    return this.toString() === WILDCARD;
  }

  toString(): string {
    const type = `_${this.name}._${this.protocol}${this.fullyQualified ? '.' : ''}`;
    return [type, ...this.subtypes.map((label) => `_${label}`)].join(',');
  }

  fromString(text: string): void {
    const isWildcard = text === WILDCARD;
    const [type = '', ...subtypes] = text.split(',');
    const labels = type.split('.');
    const name = labels.splice(0, isWildcard ? 2 : 1).join('.');
    const [protocol = '', ...rest] = labels;
    if (protocol !== '_tcp' && protocol !== '_udp')
      throw new Error(`protocol must be either '_tcp' or '_udp' but is '${protocol}'`);
    for (const label of isWildcard ? subtypes : [name, ...subtypes]) refuseBadLabel(label);
    if (rest.length === 1 && rest[0] === '') this.fullyQualified = true;
    else if (rest.length > 0) throw new Error(`trailing tokens '${rest.join('.')}' in service type string '${text}'`);
    this.name = name.slice(1);
    this.protocol = protocol.slice(1);
    this.subtypes = subtypes.map((label) => label.slice(1));
  }

  toArray(): string[] {
    return [this.name, this.protocol, ...this.subtypes];
  }

  fromArray(labels: readonly string[]): void {
    const [name = '', protocol = '', ...subtypes] = labels;
    this.fromJSON({ name, protocol, subtypes });
  }

  fromJSON(parts: TypeParts): void {
    for (const property of ['name', 'protocol'] as const)
      if (!(property in parts)) throw new Error(`required property ${property} is missing`);
    const [name, protocol] = [bare(parts.name), bare(parts.protocol)];
    const subtypes = (parts.subtypes ?? []).map(bare);
    refuseBadName(name);
    if (protocol !== 'tcp' && protocol !== 'udp')
      throw new Error(`protocol must be either '_tcp' or '_udp' but is '${protocol}'`);
    for (const label of subtypes) refuseBadName(label);
    this.name = name;
    this.protocol = protocol;
    this.subtypes = subtypes;
    if (parts.fullyQualified !== undefined) this.fullyQualified = parts.fullyQualified;
  }

  matches({ name, protocol }: TypeParts): boolean {
    return this.name === name && this.protocol === protocol;
  }

  #read(given: ServiceTypeInput): void {
    if (typeof given === 'string') this.fromString(given);
    else if (Array.isArray(given)) this.fromArray(given);
    else if (typeof given === 'object') this.fromJSON(given as TypeParts);
    else throw new Error('argument must be a string, array or object');
  }
}

/** @throws Error for a type that no service can have */
export function makeServiceType(...args: readonly ServiceTypeInput[]): ServiceType {
  const [first] = args;
  return args.length === 1 && first instanceof ServiceType ? first : new ServiceType(...args);
}

export function protocolHelper(protocol: 'tcp' | 'udp') {
  return (name: ServiceTypeInput, ...subtypes: readonly string[]): ServiceType => {
    const [first] = subtypes;
    if (first !== undefined && /^_?(?:tcp|udp)$/.test(first))
      throw new Error(`duplicate protocol '${first}' in arguments`);
    return makeServiceType(name, protocol, ...subtypes);
  };
}

function bare(label: string): string {
  return label.startsWith('_') ? label.slice(1) : label;
}

function refuseBadName(name: string): void {
  if (name === '') throw new Error(`type ${name} must not be empty`);
  if (name.length > MAX_SERVICE_NAME_BYTES)
    throw new Error(`type ${name} has more than ${MAX_SERVICE_NAME_BYTES} characters`);
  if (/[^-a-zA-Z0-9]/.test(name)) throw new Error(`type ${name} may only contain alphanumeric characters and hyphens`);
}

function refuseBadLabel(label: string): void {
  if (label === '') throw new Error('type string must not be empty');
  if (label.length > MAX_SERVICE_NAME_BYTES + 1)
    throw new Error(`type ${bare(label)} has more than ${MAX_SERVICE_NAME_BYTES} characters`);
  if (!/_[-a-zA-Z0-9]+/.test(label))
    throw new Error(`type ${label} must start with an underscore followed by alphanumeric characters and hyphens only`);
}
