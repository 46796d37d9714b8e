/** Another host of the loopback interface: it hears what is said there, and says what it is told to. */
import { NodeNetwork } from '../../src/net/node-network.js';
import type { Message } from '../../src/protocol/record.js';
import { decodeMessage } from '../../src/protocol/wire/decode.js';

/** Where the tests with real threads speak; each has a port of its own. */
export const GROUP = '224.0.0.254';

export class LoopbackPeer {
  readonly #link: ReturnType<NodeNetwork['openLink']>;

  private constructor(port: number, heard: (message: Message) => void, opened: () => void) {
    const network = new NodeNetwork({ keepAlive: true });
    const on = network.interfaces().find(({ loopback }) => loopback);
    if (!on) throw new Error('There is no loopback interface.');
    this.#link = network.openLink(
      { interface: on, family: 'ipv4', group: GROUP, port },
      {
        opened,
        failed: ({ message }) => {
          throw new Error(message);
        },
        received: ({ bytes }) => {
          const { message } = decodeMessage(bytes);
          if (message) heard(message);
        },
      },
    );
  }

  static open(port: number, heard: (message: Message) => void = () => {}): Promise<LoopbackPeer> {
    return new Promise((resolve) => {
      const peer: LoopbackPeer = new LoopbackPeer(port, heard, () => resolve(peer));
    });
  }

  /** Multicasts a message. */
  say(message: Uint8Array): void {
    this.#link.send(message, 'group', () => {});
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#link.close(resolve));
  }
}
