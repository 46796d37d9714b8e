/**
 * The option `interfaces` as a function: it stays in the thread that gave it, which is asked about each interface. The
 * worker lists an interface, or a change of it, once the answer is there, so that a thread that is blocked delays what
 * is new and interrupts nothing.
 */
import type { InterfaceChoice } from '../actors/interface-choice.js';
import { messageOf } from '../actors/thrown.js';
import { isPromise } from '../actors/user-function.js';
import type { Network, NetworkInterface } from '../net/network.js';

export type InterfaceFunction = Extract<InterfaceChoice, (...args: never[]) => unknown>;

export interface AskedInterface {
  readonly type: 'interface.asked';
  readonly on: NetworkInterface;
}

export interface JudgedInterface {
  readonly type: 'interface.judged';
  readonly on: NetworkInterface;
  readonly verdict: Verdict;
}

/** What the function did: it returned whether to use the interface, threw, or returned a promise. */
type Verdict = boolean | 'promise' | { readonly threw: string };

/** Asks the function. */
export function judge(choice: InterfaceFunction, { on }: AskedInterface): JudgedInterface {
  return { type: 'interface.judged', on, verdict: verdictOf(choice, on) };
}

function verdictOf(choice: InterfaceFunction, on: NetworkInterface): Verdict {
  try {
    const chosen: unknown = choice(structuredClone(on));
    return isPromise(chosen) ? 'promise' : Boolean(chosen);
  } catch (error) {
    return { threw: messageOf(error) };
  }
}

/** An interface with what the function said of it, and what it was asked last. */
interface Known {
  judged: { readonly on: NetworkInterface; readonly verdict: Verdict } | undefined;
  asked: string;
}

export class AskedInterfaces {
  readonly #list: Network['interfaces'];
  readonly #ask: (question: AskedInterface) => void;
  /** By name. */
  readonly #known = new Map<string, Known>();
  #whenAllAreJudged: (() => void) | undefined;

  constructor(list: Network['interfaces'], ask: (question: AskedInterface) => void) {
    this.#list = list;
    this.#ask = ask;
  }

  /** The network with those interfaces that have been judged, as they were then. */
  network(of: Network): Network {
    return {
      clock: of.clock,
      random: () => of.random(),
      hostname: () => of.hostname(),
      interfaces: () => this.interfaces(),
      openLink: (options, handlers) => of.openLink(options, handlers),
      dns: of.dns,
      onWake: (woke) => of.onWake(woke),
      keepAlive: () => of.keepAlive(),
    };
  }

  /** Does in this thread what the function did in the other one. */
  readonly choice: InterfaceFunction = ({ name }) => {
    const verdict = this.#known.get(name)?.judged?.verdict ?? false;
    if (verdict === 'promise') return Promise.resolve() as never;
    if (typeof verdict === 'object') throw verdict.threw;
    return verdict;
  };

  interfaces(): readonly NetworkInterface[] {
    const present = this.#list();
    const names = new Set(present.map(({ name }) => name));
    for (const name of [...this.#known.keys()]) if (!names.has(name)) this.#known.delete(name);
    return present.flatMap((on) => this.#asJudged(on) ?? []);
  }

  judged({ on, verdict }: JudgedInterface): void {
    const known = this.#known.get(on.name);
    if (known) known.judged = { on, verdict };
    if ([...this.#known.values()].every(({ judged }) => judged)) this.#whenAllAreJudged?.();
  }

  /** Calls `run` once every interface that there is now has been judged. */
  whenAllAreJudged(run: () => void): void {
    this.#whenAllAreJudged = () => {
      this.#whenAllAreJudged = undefined;
      run();
    };
    this.interfaces();
    if (this.#known.size === 0) this.#whenAllAreJudged();
  }

  #asJudged(on: NetworkInterface): NetworkInterface | undefined {
    const asked = JSON.stringify(on);
    const known = this.#known.get(on.name) ?? { judged: undefined, asked: '' };
    this.#known.set(on.name, known);
    if (known.asked !== asked) {
      known.asked = asked;
      this.#ask({ type: 'interface.asked', on });
    }
    return known.judged?.on;
  }
}
