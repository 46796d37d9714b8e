/**
 * The fight for one name: the device tries names, and the tester objects to them as planned. It reacts to packets, so that those
 * for the host's and the service's name go on at the same time, and keeps what happened for `name-verdicts.ts` to judge.
 */
import { type Name, nameKey } from '../../../src/protocol/name.js';
import type { Message, ResourceRecord } from '../../../src/protocol/record.js';
import { isProbe } from '../../support/packet-log.js';
import { DEFERRAL_MS, PROBES } from './limits.js';
import { denialOf, shifted } from './rivals.js';
import type { Tester } from './tester.js';
import type { Observed } from './wire.js';

export type Kind = 'host' | 'service';

/**
 * What the tester does about a name that the device tries: it says that it has it, with the cache-flush bit or without; it probes
 * for it with later data, and says that it has it when the device tries again; or it probes for it with earlier data.
 */
export type Objection = 'deny' | 'deny without flush' | 'probe later' | 'probe earlier';

export interface TrialOptions {
  readonly kind: Kind;
  /** For each name that the device comes up with; after the last one there are no objections. */
  readonly plan: readonly Objection[];
  /** Whether the tester objects at once, as Apple's does; otherwise it does at some moment of the probing. */
  readonly prompt: boolean;
}

/** Probing for a name from the first probe on; all times are the tester's. */
export interface Attempt {
  readonly probes: number[];
  contestedAt?: number;
  deniedAt?: number;
}

/** A name that the device tries: once, or again after a lost tie-break. */
export interface Try {
  readonly name: Name;
  readonly objection: Objection | undefined;
  readonly attempts: Attempt[];
  announcedAt?: number;
}

/** Milliseconds in which a packet of the device may have crossed one of the tester's. */
export const CROSSING_MS = 40;
/** Objections come no later than this after a probe, well before the verdict. */
const LATEST_OBJECTION_MS = 180;

export class NameTrial {
  readonly options: TrialOptions;
  readonly tries: Try[] = [];
  readonly #tester: Tester;
  /** Which probe of an attempt the tester objects to. */
  #objectAt = 1;
  readonly #end: () => void;

  constructor(tester: Tester, options: TrialOptions) {
    this.#tester = tester;
    this.options = options;
    this.#end = tester.onPacket((packet) => this.#hear(packet));
  }

  /** Whether the device has announced the name that it tried last. */
  get isSettled(): boolean {
    return this.tries.at(-1)?.announcedAt !== undefined;
  }

  #hear(packet: Observed): void {
    const { message, time } = packet;
    if (isProbe(message)) {
      const proposed = message.authorities.find(({ type }) => this.#isOfKind(type));
      if (proposed) this.#hearProbe(packet, proposed.name);
      return;
    }
    const current = this.tries.at(-1);
    if (current === undefined || !message.answers.some((record) => this.#announces(record, current.name))) return;
    current.announcedAt = time;
    this.#end();
  }

  #isOfKind(type: ResourceRecord['type']): boolean {
    return this.options.kind === 'service' ? type === 'SRV' : type === 'A' || type === 'AAAA';
  }

  #announces({ name, type, ttl }: ResourceRecord, wanted: Name): boolean {
    return this.#isOfKind(type) && ttl > 0 && nameKey(name) === nameKey(wanted);
  }

  #hearProbe({ message, time }: Observed, name: Name): void {
    const attempt = this.#attemptFor(name, time);
    attempt.probes.push(time);
    if (attempt.probes.length === this.#objectAt) this.#object(message);
  }

  #attemptFor(name: Name, time: number): Attempt {
    let current = this.tries.at(-1);
    if (current === undefined || nameKey(current.name) !== nameKey(name)) {
      current = { name, objection: this.options.plan[this.tries.length], attempts: [] };
      this.tries.push(current);
    }
    const attempt = current.attempts.at(-1);
    if (attempt && time <= (attempt.contestedAt ?? Infinity) + CROSSING_MS) return attempt;
    const begun: Attempt = { probes: [] };
    current.attempts.push(begun);
    this.#objectAt = this.options.prompt ? 1 : 1 + Math.floor(this.#tester.random() * PROBES);
    return begun;
  }

  /** Objects to the probes of the current attempt, now or in a moment. */
  #object({ authorities }: Message): void {
    const current = this.tries.at(-1);
    const attempt = current?.attempts.at(-1);
    if (current?.objection === undefined || attempt === undefined) return;
    const { name, objection } = current;
    const proposed = authorities.filter((record) => nameKey(record.name) === nameKey(name));
    const delay = this.options.prompt ? 0 : this.#tester.random() * LATEST_OBJECTION_MS;
    this.#tester.wire.later(delay, () => {
      if (objection === 'probe earlier') this.#tester.contend(name, shifted(proposed, -1));
      else if (objection === 'probe later' && current.attempts.length === 1) this.#contest(name, attempt, proposed);
      else {
        attempt.deniedAt = this.#tester.now;
        this.#tester.claim(denialOf(proposed, objection !== 'deny without flush'));
      }
    });
  }

  #contest(name: Name, attempt: Attempt, proposed: readonly ResourceRecord[]): void {
    const { random, wire } = this.#tester;
    attempt.contestedAt = this.#tester.now;
    this.#tester.contend(name, shifted(proposed, 1));
    if (this.options.prompt || random() < 0.5) return;
    // A denial in the pause is no answer to any probe, and to be ignored (RFC 6762 section 8.1).
    wire.later(DEFERRAL_MS * (0.2 + 0.6 * random()), () => this.#tester.claim(denialOf(proposed, true)));
  }
}
