/** A registrar that crashes at any step, with a network that loses requests and replies: nothing wrong stays. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RegistrarEvent } from '../../../src/actors/domain/registration-events.js';
import { nextInstanceLabel } from '../../../src/protocol/claim/rename.js';
import { recordKey } from '../../../src/protocol/record.js';
import { expectSilence } from '../../support/actors.js';
import { srv } from '../../support/records.js';
import { DeskBench, DOMAIN, type Fate, serviceSet } from './registrar-bench.js';

type Registrar = ReturnType<DeskBench['start']>;

type Step =
  | { readonly do: 'settle'; readonly fate: Fate }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'change'; readonly port: number }
  | { readonly do: 'rename'; readonly label: string }
  | { readonly do: 'host'; readonly held: boolean }
  | { readonly do: 'withdraw' | 'crash' };

const fates: readonly Fate[] = ['done', 'unheard', 'unanswered', 'SERVFAIL', 'REFUSED'];
const settle = fc.constantFrom(...fates).map((fate): Step => ({ do: 'settle', fate }));
const common: readonly fc.WeightedArbitrary<Step>[] = [
  { weight: 10, arbitrary: settle },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 1_000_000 }).map((ms): Step => ({ do: 'advance', ms })) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 }).map((port): Step => ({ do: 'change', port })) },
  { weight: 1, arbitrary: fc.boolean().map((held): Step => ({ do: 'host', held })) },
];
const withdraw = { weight: 1, arbitrary: fc.constant<Step>({ do: 'withdraw' }) };
const crash = { weight: 2, arbitrary: fc.constant<Step>({ do: 'crash' }) };
const rename = {
  weight: 2,
  arbitrary: fc.constantFrom('Web', 'Shop').map((label): Step => ({ do: 'rename', label })),
};

/** A process that publishes one service, and starts again after each crash. */
class Publisher {
  readonly desk = new DeskBench();
  readonly base: readonly string[];
  label = 'Web';
  port = 80;
  #revision = 0;
  #registrar: Registrar;
  readonly #dead = new Set<unknown>();

  constructor(taken: readonly string[]) {
    this.desk.fate = undefined;
    for (const label of taken) this.desk.zone.add(srv(`${label}._http._tcp.${DOMAIN}`, `other.${DOMAIN}`));
    this.base = this.desk.zone.lines;
    this.#registrar = this.desk.start(this.set);
  }

  get set() {
    return serviceSet(this.label, { port: this.port, revision: this.#revision });
  }

  take(step: Step): void {
    switch (step.do) {
      case 'settle':
        this.#settle(step.fate);
        break;
      case 'advance':
        this.desk.advance(step.ms);
        break;
      case 'change':
        this.port = step.port;
        this.#revision += 1;
        this.#send({ type: 'set.changed', set: this.set, hostIsHeld: true });
        break;
      case 'rename':
        this.#rename(step.label);
        break;
      case 'host':
        this.#send({ type: step.held ? 'host.held' : 'host.lost' });
        break;
      case 'withdraw':
        this.#send({ type: 'set.withdraw' });
        break;
      case 'crash':
        this.#crash();
    }
    this.#hear();
  }

  /** Everything works from now on: until nothing is under way. */
  calm(): void {
    for (let rounds = 0; rounds < 200; rounds++) {
      if (this.#registrar.getSnapshot().status === 'done') this.#start();
      this.#registrar.send({ type: 'host.held' });
      while (this.desk.pending.length > 0) {
        this.#settle('done');
        this.#hear();
      }
      const { value, context } = this.#registrar.getSnapshot();
      const isCalm = typeof value === 'object' && 'held' in value && value.held === 'resting';
      if (isCalm && context.told === context.wanted && rounds > 3) return;
      this.desk.advance(300_001);
      this.#hear();
    }
    throw new Error(`is not calm: ${JSON.stringify(this.#registrar.getSnapshot().value)}`);
  }

  leave(): void {
    this.#registrar.send({ type: 'set.withdraw' });
    while (this.desk.pending.length > 0) this.#settle('done');
    expect(this.#registrar.getSnapshot().value).toBe('withdrawn');
  }

  get own(): readonly string[] {
    return this.desk.zone.lines.filter((line) => !this.base.includes(line));
  }

  #start(): void {
    this.label = 'Web';
    this.#registrar = this.desk.start(this.set);
  }

  #crash(): void {
    this.#registrar.stop();
    this.#dead.add(this.#registrar);
    this.#start();
  }

  #settle(fate: Fate): void {
    this.desk.settle(fate, !this.#dead.has(this.desk.pending[0]?.registrar));
  }

  #rename(label: string): void {
    this.label = label;
    this.#revision += 1;
    this.#send({ type: 'name.assigned', set: this.set, hostIsHeld: true, pauseMs: 0 });
  }

  #send(event: RegistrarEvent): void {
    if (this.#registrar.getSnapshot().status === 'active') this.#registrar.send(event);
  }

  /** As the supervisor does: another name after a conflict. */
  #hear(): void {
    for (const report of this.desk.take()) {
      if (report.type === 'name.lost') this.#rename(nextInstanceLabel(this.label));
    }
  }
}

function run(steps: readonly Step[], taken: readonly string[]): void {
  const publisher = new Publisher(taken);
  for (const step of steps) publisher.take(step);
  publisher.calm();
  const { zone } = publisher.desk;
  const { records } = publisher.set;
  expect(publisher.own).toHaveLength(records.length);
  for (const record of records)
    expect(zone.records(record.name, record.type).map(recordKey)).toContain(recordKey(record));
  publisher.leave();
  expect(zone.lines).toEqual(publisher.base);
}

describe('a registrar', () => {
  expectSilence();

  it('DYN-03 DYN-04 leaves nothing wrong after a crash at any step and the next start', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(...common, withdraw, crash), { maxLength: 40 }),
        fc.constantFrom([], ['Web'], ['Web', 'Web (2)']),
        run,
      ),
      { numRuns: 500 },
    );
  });

  it('DYN-04 leaves nothing of a name that it has given up', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(...common, rename), { maxLength: 40 }), fc.constantFrom([], ['Web']), run),
      { numRuns: 500 },
    );
  });
});
