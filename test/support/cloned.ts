/**
 * Lets everything that crosses the supervisor's boundary be cloned on its way, as it would be between threads: what cannot be
 * cloned throws, and what relies on identity fails.
 */
import { vi } from 'vitest';
import type * as boundary from '../../src/actors/supervisor/actor-system.js';

vi.mock('../../src/actors/supervisor/actor-system.js', async (importOriginal) => {
  const { ActorSystem } = await importOriginal<typeof boundary>();
  return {
    ActorSystem: class extends ActorSystem {
      constructor(...[input, handlers]: ConstructorParameters<typeof ActorSystem>) {
        super(input, { ...handlers, emitted: (event) => handlers.emitted(structuredClone(event)) });
      }
      override send(...command: Parameters<boundary.ActorSystem['send']>) {
        super.send(...structuredClone(command));
      }
      override metrics() {
        return structuredClone(super.metrics());
      }
      override silenceOf(...name: Parameters<boundary.ActorSystem['silenceOf']>) {
        return structuredClone(super.silenceOf(...structuredClone(name)));
      }
    },
  };
});
