/**
 * Lets everything that crosses the boundary go through the messages of a port, and be cloned on its way, as it would be between
 * threads: what cannot be cloned throws, and what relies on identity fails.
 */
import { vi } from 'vitest';
import type * as opening from '../../src/api/open-system.js';
import { RemoteSystem } from '../../src/worker/remote-system.js';
import { FakeThread } from './fake-thread.js';

type Open = typeof opening.openSystem;

class ClonedSystem extends RemoteSystem {
  /** What else is not data, tests give to the system in this thread. */
  override readonly refusesFunctions = undefined as never;
  readonly #thread: FakeThread;

  constructor(...[input, , handlers]: Parameters<Open>) {
    const { network, keepAlive } = input;
    const thread = new FakeThread(input, handlers.inspect);
    super(
      {
        clock: network.clock,
        reopens: true,
        open: (to) => thread.line('owner', to),
        keepAlive: () => network.keepAlive(),
        publishingKeepsAlive: keepAlive,
        explain: (reason) => reason,
      },
      handlers,
    );
    this.#thread = thread;
  }

  /** Lines of tests carry no ports. */
  override inspection() {
    return this.#thread.inspection();
  }

  override packets() {
    return this.#thread.packets();
  }

  override start(): void {
    super.start();
    this.#thread.start();
  }
}

vi.mock('../../src/api/open-system.js', async (importOriginal) => ({
  ...(await importOriginal<typeof opening>()),
  openSystem: (...parts: Parameters<Open>) => new ClonedSystem(...parts),
}));
