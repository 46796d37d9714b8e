import { ValidationError, validate } from './validate.js';

/** What a service type is made of: `'_http._tcp,sub'`, `['_http', '_tcp', 'sub']`, or an object. */
export type ServiceTypeInput =
  | string
  | readonly (string | readonly string[])[]
  | { readonly name: string; readonly protocol: string; readonly subtypes?: string | readonly string[] };

const ENUMERATOR = { name: '_services._dns-sd', protocol: '_udp' };

/**
 * A service type, with its underscores and its subtypes.
 *
 * @throws ValidationError
 * @example new ServiceType('_http._tcp,printer');
 */
export class ServiceType {
  name: string;
  protocol: string;
  subtypes: string[];
  /** Whether it stands for the types of the network: `_services._dns-sd._udp`. */
  isEnumerator = false;

  constructor(...args: readonly (ServiceTypeInput | string)[]) {
    const input = (args.length === 1 ? args[0] : args) as ServiceTypeInput;
    const parts = partsOf(input);
    for (const [what, text] of [['Service name', parts.name] as const, ['Protocol', parts.protocol] as const]) {
      if (typeof text !== 'string') throw new ValidationError(`${what} must be a string, got %s`, typeof text);
      if (text === '') throw new ValidationError(`${what} can't be empty`);
    }
    this.name = underscored(parts.name);
    this.protocol = underscored(parts.protocol);
    this.subtypes = parts.subtypes;
    if (this.name === ENUMERATOR.name && this.protocol === ENUMERATOR.protocol) {
      this.isEnumerator = true;
      this.subtypes = [];
      return;
    }
    validate.serviceName(this.name);
    validate.protocol(this.protocol);
    for (const subtype of this.subtypes) validate.label(subtype, 'Subtype');
  }

  static tcp(...args: readonly (string | readonly string[])[]): ServiceType {
    return withProtocol('_tcp', args);
  }

  static udp(...args: readonly (string | readonly string[])[]): ServiceType {
    return withProtocol('_udp', args);
  }

  static all(): ServiceType {
    return new ServiceType(`${ENUMERATOR.name}.${ENUMERATOR.protocol}`);
  }

  toString(): string {
    return [`${this.name}.${this.protocol}`, ...this.subtypes].join(',');
  }
}

/** As `ServiceType`, or what one is made of. */
export function serviceTypeOf(type: ServiceType | ServiceTypeInput): ServiceType {
  return type instanceof ServiceType ? type : new ServiceType(type);
}

function withProtocol(protocol: string, args: readonly (string | readonly string[])[]): ServiceType {
  const [name = '', ...subtypes] = args.flat();
  return new ServiceType([name, protocol, ...subtypes]);
}

interface Parts {
  readonly name: string;
  readonly protocol: string;
  readonly subtypes: string[];
}

function partsOf(input: ServiceTypeInput): Parts {
  if (typeof input === 'string') {
    const [type = '', ...subtypes] = input.replace(/^[ ,]+|[ ,]+$/g, '').split(',');
    const labels = type.trim().split('.');
    const protocol = labels.pop() ?? '';
    return { name: labels.join('.'), protocol, subtypes: subtypes.map((each) => each.trim()) };
  }
  if (isList(input)) {
    const [name, protocol, ...subtypes] = input;
    return { name: name as string, protocol: protocol as string, subtypes: subtypes.flat() };
  }
  if (typeof input !== 'object')
    throw new ValidationError('Argument must be string, obj, or array. got %s', typeof input);
  const { name, protocol, subtypes = [] } = input;
  return { name, protocol, subtypes: [subtypes].flat() };
}

/** `Array.isArray` does not narrow to readonly arrays. */
function isList(input: ServiceTypeInput): input is readonly (string | readonly string[])[] {
  return Array.isArray(input);
}

function underscored(label: string): string {
  return label.startsWith('_') ? label : `_${label}`;
}
