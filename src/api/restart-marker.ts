/**
 * The persisted form of a supervisor whose parent is persisted: the options to start again with, as data, and nothing
 * of its state; see docs/decisions/0022-a-supervisor-is-not-persisted.md.
 */
import type { SupervisorInput } from '../actors/supervisor/input.js';
import { NodeNetwork } from '../net/node-network.js';
import { MdnsError } from '../protocol/errors.js';

export interface RestartMarker {
  readonly status: 'active';
  readonly output: undefined;
  readonly error: undefined;
  /** The parts of the input that are data. */
  readonly input: object;
  /** The names of the parts that are not data. */
  readonly without: readonly string[];
  /** Whether it sent its events to a listener. After a restore, the listener is the parent. */
  readonly listens: boolean;
  /** Whether it was closing. */
  readonly closes: boolean;
}

/** The complete inputs of markers made in this process. */
const inputs = new WeakMap<RestartMarker, SupervisorInput>();
/** The networks made by `systemNetwork`, which are interchangeable. */
const made = new WeakSet<object>();

export function systemNetwork(): NodeNetwork {
  const network = new NodeNetwork();
  made.add(network);
  return network;
}

export function restartMarker(whole: SupervisorInput, closes: boolean): RestartMarker {
  const { listener, network, ...rest } = whole;
  const without = Object.entries(rest).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
  const input = Object.fromEntries(Object.entries(rest).filter(([name]) => !without.includes(name)));
  if (!made.has(network)) without.push('network');
  const marker: RestartMarker = {
    status: 'active',
    output: undefined,
    error: undefined,
    input,
    without,
    listens: listener !== undefined,
    closes,
  };
  inputs.set(marker, whole);
  return marker;
}

/** The input for the restored supervisor; undefined when parts that are not data are missing. */
export function inputOf(marker: RestartMarker, parent: SupervisorInput['listener']): SupervisorInput | undefined {
  const known = inputs.get(marker);
  const listener = marker.listens ? parent : undefined;
  if (known) return { ...known, listener };
  if (marker.without.length > 0) return undefined;
  return { ...(marker.input as SupervisorInput), network: systemNetwork(), listener };
}

export function cannotRestart({ without }: RestartMarker): MdnsError {
  const missing = without.map((name) => `"${name}"`).join(', ');
  const message = `The supervisor cannot be restored, since ${missing} is not data: invoke it again in "onError".`;
  return new MdnsError('invalid-option', message);
}
