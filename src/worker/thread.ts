/** A system in a worker thread of ours. */
import { MessageChannel, Worker } from 'node:worker_threads';
import type { InterfaceChoice } from '../actors/interface-choice.js';
import type { SupervisorInput } from '../actors/supervisor/input.js';
import { messageOf } from '../actors/thrown.js';
import { type InterfaceFunction, judge } from './asked-interfaces.js';
import type { Line, LineHandlers } from './messages.js';
import { portLine } from './port-line.js';

/** MiB for new objects, most of which are soon garbage; V8 would let them take 48. */
const YOUNG_MIB = 8;

/** The options of the system as data. */
export interface ThreadInput extends Omit<SupervisorInput, 'network' | 'namedFilters' | 'listener' | 'interfaces'> {
  /** `ask`: the other thread has a function that decides. */
  readonly interfaces: Exclude<InterfaceChoice, InterfaceFunction> | 'ask';
}

/** The options for a worker, and the function that stays here. */
export function threadInput(input: SupervisorInput): [ThreadInput, InterfaceFunction | undefined] {
  const { network: _network, namedFilters: _filters, listener: _listener, interfaces, ...data } = input;
  return typeof interfaces === 'function'
    ? [{ ...data, interfaces: 'ask' }, interfaces]
    : [{ ...data, interfaces }, undefined];
}

/**
 * The file that the worker runs: `worker.cjs`, beside this one once the package is built. Undefined in a bundle of
 * CommonJS, which does not know where it is.
 */
export function workerFile(): URL | undefined {
  return import.meta.url ? new URL('./worker.cjs', import.meta.url) : undefined;
}

/** Starts the worker. It does not keep the process alive. */
export function threadLine(
  file: URL | string,
  input: ThreadInput,
  choice: InterfaceFunction | undefined,
  handlers: LineHandlers,
): Line {
  const { port1, port2 } = new MessageChannel();
  let error: string | undefined;
  const line: Line = portLine(port1, {
    heard: (message) => {
      if (message.type !== 'interface.asked') handlers.heard(message);
      else if (choice) line.post(judge(choice, message));
    },
    // The worker says why.
    closed: () => {},
  });
  const worker = new Worker(file, {
    name: 'mdns-actors',
    workerData: { port: port2, input },
    transferList: [port2],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    // The file needs no loader and no flag of the program.
    execArgv: [],
  });
  worker.on('error', (thrown: unknown) => {
    error = messageOf(thrown);
  });
  worker.on('exit', (code) => handlers.closed(error ?? `it ended with exit code ${code}`));
  worker.unref();
  return {
    ...line,
    close: () => {
      line.close();
      void worker.terminate();
    },
  };
}
