/**
 * What is kept of a supervisor when its parent is persisted: how to begin anew, as data. Nothing that it knows is part
 * of it; see docs/decisions/0022-a-supervisor-is-not-persisted.md.
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
  /** The parts that are not. */
  readonly without: readonly string[];
  /** Whether it sent what it emitted to a listener. After a restore, this is the parent. */
  readonly listens: boolean;
  /** Whether it was closing. */
  readonly closes: boolean;
}

/** The inputs of markers that are still in this process, where everything can be had again. */
const inputs = new WeakMap<RestartMarker, SupervisorInput>();
/** Networks that are as good as any other that this function makes. */
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

/** What a supervisor begins with again; undefined if parts are missing that are not data. */
export function inputOf(marker: RestartMarker, parent: SupervisorInput['listener']): SupervisorInput | undefined {
  const known = inputs.get(marker);
  const listener = marker.listens ? parent : undefined;
  if (known) return { ...known, listener };
  if (marker.without.length > 0) return undefined;
  return { ...(marker.input as SupervisorInput), network: systemNetwork(), listener };
}

export function cannotRestart({ without }: RestartMarker): MdnsError {
  const missing = without.map((name) => `"${name}"`).join(', ');
  const message = `The supervisor cannot be restored, since ${missing} is not data: invoke it anew in "onError".`;
  return new MdnsError('invalid-option', message);
}
