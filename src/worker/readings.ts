/**
 * Questions that are answered while the asking thread waits, since `metrics()` and `lastSeen()` return their results:
 * the question goes through a port of its own, and the answering thread wakes the asking one.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Answer, Question } from './messages.js';

/** Milliseconds that a caller waits. It takes less than one unless the other thread is busy. */
const PATIENCE_MS = 50;

interface Asked {
  readonly serial: number;
  readonly question: Question;
}

interface Answered {
  readonly serial: number;
  readonly answer: Answer;
}

export class Readings {
  readonly #port: MessagePort;
  readonly #signal = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #serial = 0;

  /** @param open gets what `answerReadings` needs in the other thread */
  constructor(open: (port: MessagePort, signal: Int32Array) => void) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    open(port2, this.#signal);
  }

  /** @returns undefined when there is no answer in time */
  ask(question: Question): { readonly answer: Answer } | undefined {
    const serial = ++this.#serial;
    const before = Atomics.load(this.#signal, 0);
    this.#port.postMessage({ serial, question } satisfies Asked);
    Atomics.wait(this.#signal, 0, before, PATIENCE_MS);
    // Answers that came too late for earlier questions are dropped.
    for (let received = this.#receive(); received; received = this.#receive()) {
      if (received.serial === serial) return received;
    }
    return undefined;
  }

  close(): void {
    this.#port.close();
  }

  #receive(): Answered | undefined {
    return receiveMessageOnPort(this.#port)?.message as Answered | undefined;
  }
}

/** Answers what `Readings` asks. */
export function answerReadings(port: MessagePort, signal: Int32Array, answer: (question: Question) => Answer): void {
  port.on('message', ({ serial, question }: Asked) => {
    port.postMessage({ serial, answer: answer(question) } satisfies Answered);
    Atomics.add(signal, 0, 1);
    Atomics.notify(signal, 0);
  });
  port.unref();
}
