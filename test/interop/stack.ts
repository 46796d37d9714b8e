/**
 * What the tests ask of every implementation, ours and others', so that any can be the publisher and any the browser.
 */
import type { Exit, Program } from './program.js';
import type { Host } from './world.js';

export type Txt = Readonly<Record<string, string | true>>;
export type Family = 'ipv4' | 'ipv6';

export interface Service {
  readonly name: string;
  /** `_ipp._tcp` */
  readonly type: string;
  readonly port: number;
  readonly txt?: Txt;
  /** `_color` */
  readonly subtypes?: readonly string[];
}

/** A service as a browser reports it. */
export interface Sighting {
  readonly name: string;
  readonly type: string;
  /** Without a dot at the end. */
  readonly host: string;
  readonly port: number;
  readonly txt: Txt;
  /** Canonical text without zones. */
  readonly addresses: readonly string[];
}

export interface Publication {
  /** The name it got. */
  readonly name: string;
  readonly program: Program;
  /** Stops it in an orderly way, with goodbyes. */
  withdraw(): Promise<Exit>;
}

export interface Stack {
  readonly kind: string;
  readonly host: Host;
  /** Resolves when the name is ours and announced. */
  publish(service: Service): Promise<Publication>;
  /** Browses and resolves until stopped; for what it does when no type is named, see each stack. */
  browse(type?: string, subtype?: string): Browser;
  /** One address of a host, undefined if nobody answers. */
  lookup(hostName: string, family: Family): Promise<string | undefined>;
}

/** Brings what is present up to date with one line of a browser's output. */
export type Fold = (line: string, present: Map<string, Sighting>) => void;

/** A browser that runs, and what it sees at present. */
export class Browser {
  readonly program: Program;
  readonly #present = new Map<string, Sighting>();
  readonly #fold: Fold;
  #folded = 0;

  constructor(program: Program, fold: Fold) {
    this.program = program;
    this.#fold = fold;
  }

  /** Waits until the service is there, and all of `wanted` holds of it. */
  sees(name: string, wanted: (sighting: Sighting) => boolean = () => true, deadlineMs?: number): Promise<Sighting> {
    const look = (): Sighting | undefined => {
      const sighting = this.#now().get(name);
      return sighting !== undefined && wanted(sighting) ? sighting : undefined;
    };
    return this.program.until(`${JSON.stringify(name)} seen${conditionOf(wanted)}`, look, deadlineMs);
  }

  /** Waits until what is there, sorted by name, is as wanted. */
  async settles(what: string, wanted: (sightings: readonly Sighting[]) => boolean, deadlineMs?: number): Promise<void> {
    const look = (): true | undefined => {
      const sightings = [...this.#now().values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      return wanted(sightings) ? true : undefined;
    };
    await this.program.until(what, look, deadlineMs);
  }

  /** Waits until the service is not there any more. */
  async loses(name: string, deadlineMs?: number): Promise<void> {
    await this.program.until(
      `${JSON.stringify(name)} gone`,
      () => (this.#now().has(name) ? undefined : true),
      deadlineMs,
    );
  }

  /** The names that are there now, sorted. */
  names(): readonly string[] {
    return [...this.#now().keys()].sort();
  }

  #now(): ReadonlyMap<string, Sighting> {
    for (const line of this.program.lines.slice(this.#folded)) this.#fold(line, this.#present);
    this.#folded = this.program.lines.length;
    return this.#present;
  }
}

function conditionOf(wanted: (sighting: Sighting) => boolean): string {
  return wanted.length === 0 ? '' : ` with ${wanted.toString()}`;
}

/** Reads a TXT string: a key without `=` is true (RFC 6763 section 6.4). */
export function txtOf(strings: readonly string[]): Txt {
  const txt: Record<string, string | true> = {};
  for (const string of strings.filter((each) => each !== '')) {
    const equals = string.indexOf('=');
    const key = equals < 0 ? string : string.slice(0, equals);
    txt[key] ??= equals < 0 ? true : string.slice(equals + 1);
  }
  return txt;
}

/** The TXT strings of a service, in the form in which command lines take them. */
export function txtStrings(txt: Txt = {}): readonly string[] {
  return Object.entries(txt).map(([key, value]) => (value === true ? key : `${key}=${value}`));
}

/** What ours and the python peers print: one JSON object per line (other lines are for people). */
export interface JsonEvent {
  readonly event?: string;
  readonly name?: string;
  readonly type?: string;
  readonly host?: string;
  readonly port?: number;
  readonly txt?: Txt;
  readonly addresses?: readonly JsonAddress[];
  /** Of a record that `query` found. */
  readonly data?: unknown;
}
interface JsonAddress {
  readonly address: string;
  readonly family: Family;
  readonly interface?: string;
  readonly scopeId?: string;
}

export function jsonLine(line: string): JsonEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

export const foldJson: Fold = (line, present) => {
  const event = jsonLine(line);
  if (event?.name === undefined) return;
  if (event.event === 'down') present.delete(event.name);
  if (event.event === 'up' || event.event === 'changed') present.set(event.name, sightingOf(event));
};

export function sightingOf(event: JsonEvent): Sighting {
  return {
    name: event.name ?? '',
    type: event.type ?? '',
    host: event.host ?? '',
    port: event.port ?? 0,
    txt: event.txt ?? {},
    addresses: event.addresses?.map(({ address }) => address) ?? [],
  };
}
