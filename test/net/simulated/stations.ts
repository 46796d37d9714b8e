/** Opening links on simulated hosts, and reading what they heard. */

import type { Family } from '../../../src/ip/family.js';
import type { Datagram, Link, LinkFault, LinkOpened, Network } from '../../../src/net/network.js';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export class Station {
  readonly link: Link;
  readonly received: Datagram[] = [];
  readonly opened: LinkOpened[] = [];
  readonly failed: LinkFault[] = [];
  /** What `send` told: a code, or `well`. */
  readonly sent: string[] = [];
  closed = 0;

  constructor(network: Network, name = 'eth0', family: Family = 'ipv4', port = 5353) {
    const found = network.interfaces().find((each) => each.name === name);
    if (found === undefined) throw new Error(`No interface ${name}`);
    const group = family === 'ipv4' ? '224.0.0.251' : 'ff02::fb';
    this.link = network.openLink(
      { interface: found, family, group, port },
      {
        opened: (info) => this.opened.push(info),
        received: (datagram) => this.received.push(datagram),
        failed: (fault) => this.failed.push(fault),
      },
    );
  }

  say(text: string, to: Parameters<Link['send']>[1] = 'group'): void {
    this.link.send(bytesOf(text), to, (fault) => this.sent.push(fault?.code ?? 'well'));
  }

  close(): void {
    this.link.close(() => {
      this.closed += 1;
    });
  }

  /** What was heard since the last time. */
  heard(): string[] {
    return this.received.splice(0).map(({ bytes }) => textOf(bytes));
  }
}
