/** The system of an `Mdns`: in this thread, in a worker, or behind the port of another one. */
import type { SystemHandlers } from '../actors/supervisor/actor-system.js';
import type { SupervisorInput } from '../actors/supervisor/input.js';
import { MdnsError } from '../protocol/errors.js';
import { LocalSystem } from '../worker/local-system.js';
import { portLine } from '../worker/port-line.js';
import { type RemoteParts, RemoteSystem } from '../worker/remote-system.js';
import type { System, SystemEvents } from '../worker/system.js';
import { threadInput, threadLine, workerFile } from '../worker/thread.js';
import type { MdnsOptions } from './options.js';

type Where = Pick<MdnsOptions, 'worker' | 'port'>;

export function openSystem(
  input: SupervisorInput,
  { worker, port }: Where,
  handlers: SystemHandlers & SystemEvents,
): System {
  const { clock } = input.network;
  const near = {
    clock,
    keepAlive: () => input.network.keepAlive(),
    publishingKeepsAlive: input.keepAlive,
  } satisfies Partial<RemoteParts>;
  if (port) {
    const explain = (reason: string) => `The system behind the port has ended (${reason}): ask for another port.`;
    return new RemoteSystem({ ...near, reopens: false, open: (to) => portLine(port, to), explain }, handlers);
  }
  if (!worker) return new LocalSystem(input, handlers);
  const [data, choice] = threadInput(input);
  const file = worker === true ? workerFile() : worker.url;
  if (file === undefined) {
    throw new MdnsError('invalid-option', `A bundle of CommonJS does not know where the worker is. ${BUNDLE_ADVICE}.`);
  }
  return new RemoteSystem(
    {
      ...near,
      reopens: true,
      open: (to, hostname = data.hostname) => threadLine(file, { ...data, hostname }, choice, to),
      explain: (reason) => notStarted(file, reason),
    },
    handlers,
  );
}

const BUNDLE_ADVICE =
  'If your program is bundled, copy dist/worker.cjs of mdns-actors to where it runs, and give its address: createMdns({ worker: { url } })';

function notStarted(file: URL | string, reason: string): string {
  return `The worker ${file} has ended before it was ready: ${reason}. ${BUNDLE_ADVICE}.`;
}

/** The options of `createMdns` that a system behind a port was given already. */
const OF_THE_CLIENT: readonly (keyof MdnsOptions)[] = ['port', 'ttl', 'keepAlive', 'systemLookup', 'logger'];

/**
 * The options, if the system can have them where it runs.
 *
 * @throws MdnsError `invalid-option` for an option that stays in this thread
 */
export function withoutWhatStaysHere(options: MdnsOptions): MdnsOptions {
  if (options.port) refuseWhatTheSystemHas(options);
  else if (options.worker) refuseWhatIsNotData(options);
  return options;
}

function refuseWhatTheSystemHas(options: MdnsOptions): void {
  const strange = (Object.keys(options) as (keyof MdnsOptions)[]).find((name) => !OF_THE_CLIENT.includes(name));
  if (strange === undefined) return;
  const advice = `leave it out here; with "port" there are ${OF_THE_CLIENT.join(', ')}`;
  throw new MdnsError('invalid-option', `"${strange}" is for where the system runs, behind "port": ${advice}.`);
}

function refuseWhatIsNotData({ addressFilter, ...options }: MdnsOptions): void {
  const refused = {
    network: 'leave it out: the worker uses the network of the machine',
    inspect: 'leave one of them out: an inspector gets the actors themselves, which stay in the worker',
  };
  for (const name of ['network', 'inspect'] as const) {
    if (options[name]) throw new MdnsError('invalid-option', `"${name}" does not go with "worker": ${refused[name]}.`);
  }
  if (typeof addressFilter !== 'function') return;
  const advice = 'give a list of addresses and subnets such as ["198.18.0.7", "fd00::/8"]';
  throw new MdnsError('invalid-option', `"addressFilter" as a function does not go with "worker": ${advice}.`);
}
