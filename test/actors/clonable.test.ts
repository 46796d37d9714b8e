/** What crosses the supervisor's boundary is plain data, which the structured clone algorithm copies exactly. */
import { describe, expectTypeOf, it } from 'vitest';
import type { LogDetails, SupervisorCommand, SupervisorEmitted } from '../../src/actors/commands.js';
import type { ActorSystem } from '../../src/actors/supervisor/actor-system.js';

type Atom = string | number | bigint | boolean | null | undefined;

/** `T` itself where it can be cloned, and `never` in the place of what cannot: functions, symbols, instances, `unknown`. */
type Clonable<T> = unknown extends T
  ? never
  : T extends Atom
    ? T
    : T extends Uint8Array | LogDetails['']
      ? T
      : T extends symbol | ((...args: never[]) => unknown) | Promise<unknown> | Error
        ? never
        : { [K in keyof T]: Clonable<T[K]> };

describe('the boundary', () => {
  it('takes commands that can be cloned', () => {
    expectTypeOf<SupervisorCommand>().toExtend<Clonable<SupervisorCommand>>();
  });

  it('emits what can be cloned', () => {
    expectTypeOf<SupervisorEmitted>().toExtend<Clonable<SupervisorEmitted>>();
  });

  it('takes and gives what can be cloned where it is read', () => {
    type Read = ActorSystem['metrics'] | ActorSystem['domainMetrics'] | ActorSystem['factsOf'];
    expectTypeOf<Parameters<Read>>().toExtend<Clonable<Parameters<Read>>>();
    expectTypeOf<ReturnType<Read>>().toExtend<Clonable<ReturnType<Read>>>();
  });

  it('has no other openings', () => {
    expectTypeOf<keyof ActorSystem>().toEqualTypeOf<'start' | 'send' | 'metrics' | 'domainMetrics' | 'factsOf'>();
  });

  it('would notice what cannot', () => {
    expectTypeOf<{ readonly f: () => void }>().not.toExtend<Clonable<{ readonly f: () => void }>>();
    expectTypeOf<{ readonly some: readonly unknown[] }>().not.toExtend<
      Clonable<{ readonly some: readonly unknown[] }>
    >();
    expectTypeOf<{ readonly at: symbol }>().not.toExtend<Clonable<{ readonly at: symbol }>>();
  });
});
