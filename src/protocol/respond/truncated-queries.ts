/** Queries whose known answers are not complete yet (RFC 6762 section 7.2). */

import { DeadlineHeap, Scheduled } from '../deadline-heap.js';
import type { Question } from '../record.js';
import type { Asker } from './asker.js';

/** Sources of truncated queries that can be waited for at the same time. */
export const MAX_TRUNCATED_SOURCES = 512;
/**
 * Packets with questions that are kept for one source during its wait; the questions of further packets are not
 * answered.
 */
export const MAX_TRUNCATED_PACKETS = 16;
/** Questions that are kept for all sources together: one packet of the largest size has hundreds. */
export const MAX_TRUNCATED_QUESTIONS = 8_192;
/**
 * How often further truncated packets extend a wait, so that it ends after 2.5 s: our choice, section 7.2 has no limit.
 */
export const MAX_TRUNCATED_EXTENSIONS = 4;

/** The questions of one truncated packet. */
export interface TruncatedPacket {
  readonly from: Asker;
  readonly questions: readonly Question[];
  /** Milliseconds. */
  readonly askedAt: number;
}

/**
 * The questions and known answers of one source address (section 15.2: port and id do not matter). Its deadline is the
 * end of the wait.
 */
export class Wait extends Scheduled {
  readonly packets: TruncatedPacket[] = [];
  /** Keys of our records that it knows. */
  readonly known = new Set<string>();
  extensions = 0;

  constructor(readonly address: string) {
    super();
  }
}

export class TruncatedQueries {
  readonly #waits = new Map<string, Wait>();
  readonly #deadlines = new DeadlineHeap<Wait>();
  #questions = 0;

  isWaitingFor(address: string): boolean {
    return this.#waits.has(address);
  }

  /**
   * Adds another packet of a source that is waited for.
   * @param extendTo the new end of the wait, ms, if this packet is truncated, too
   */
  goOn(address: string, known: ReadonlySet<string>, extendTo: number | undefined): void {
    const wait = this.#waits.get(address);
    if (wait === undefined) return;
    for (const key of known) wait.known.add(key);
    if (extendTo === undefined || wait.extensions === MAX_TRUNCATED_EXTENSIONS) return;
    wait.extensions++;
    this.#deadlines.set(wait, extendTo);
  }

  /** Postpones questions until more known answers had time to arrive. @returns false if too many are waited for */
  putOff(packet: TruncatedPacket, known: ReadonlySet<string>, until: number): boolean {
    const { address } = packet.from;
    const hasRoom = this.#questions + packet.questions.length <= MAX_TRUNCATED_QUESTIONS;
    let wait = this.#waits.get(address);
    if (wait === undefined) {
      if (this.#waits.size >= MAX_TRUNCATED_SOURCES || !hasRoom) return false;
      wait = new Wait(address);
      for (const key of known) wait.known.add(key);
      this.#waits.set(address, wait);
      this.#deadlines.set(wait, until);
    }
    if (hasRoom && wait.packets.length < MAX_TRUNCATED_PACKETS) {
      wait.packets.push(packet);
      this.#questions += packet.questions.length;
    }
    return true;
  }

  /** Removes and returns one whose wait is over. */
  takeDue(now: number): Wait | undefined {
    const wait = this.#deadlines.takeDue(now);
    if (wait === undefined) return undefined;
    this.#waits.delete(wait.address);
    for (const { questions } of wait.packets) this.#questions -= questions.length;
    return wait;
  }

  /** When the next wait is over, ms; Infinity for never. */
  next(): number {
    return this.#deadlines.next ?? Infinity;
  }

  get size(): number {
    return this.#waits.size;
  }
}
