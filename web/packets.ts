/** The packets in and out: decoded, as bytes, and as a capture file. The last 1,000 are kept, at most 2 MB of them. */
import type { PacketSeen } from '../src/inspector/frames.js';
import { button, el, searchField, setText, visible } from './dom.js';
import { List } from './list.js';
import { bytesOf, pcapOf } from './pcap.js';

const MOST_PACKETS = 1_000;
const MOST_BYTES = 2_000_000;
const ARROWS = { in: '← in', own: '↺ own copy', out: '→ out' } as const;

interface Kept extends PacketSeen {
  readonly number: number;
}

export class PacketsView {
  readonly element: HTMLElement;
  readonly search: HTMLInputElement;
  readonly #list: List<Kept>;
  readonly #details = el('div', {
    class: 'details',
    tabindex: '0',
    role: 'region',
    'aria-label': 'Contents of the packet',
  });
  readonly #note = el('span', { class: 'note', role: 'status' });
  readonly #wall: (at: number) => number;
  #packets: Kept[] = [];
  #bytes = 0;
  #count = 0;
  #unseen = 0;

  constructor(timeOf: (at: number) => string, wall: (at: number) => number) {
    this.#wall = wall;
    this.search = searchField('Filter by text', () => this.show());
    this.#list = new List<Kept>({
      label: 'Packets',
      columns: ['time', 'way', 'peer', 'link', 'size', 'contents'],
      cells: (packet) => [
        timeOf(packet.at),
        ARROWS[packet.way],
        `${packet.address} ${packet.port === 5353 ? '' : packet.port}`.trim(),
        packet.link,
        `${packet.size} B`,
        visible(packet.about),
      ],
      key: ({ number }) => number,
      chosen: (packet) => this.#explain(packet),
      empty: 'No packet so far: nothing was asked, and no other host has said anything.',
      isFixed: true,
      follows: true,
    });
    const save = button('Save as pcap', () => this.#save(), { title: 'For Wireshark and tcpdump' });
    this.element = el('div', { class: 'table-view packets' });
    this.element.append(
      el('div', { class: 'tools' }, this.search, save, this.#note),
      this.#list.element,
      this.#details,
    );
    this.#explain(undefined);
  }

  add(packets: readonly PacketSeen[], unseen: number): void {
    this.#unseen += unseen;
    for (const packet of packets) {
      this.#packets.push({ ...packet, number: this.#count++ });
      this.#bytes += packet.size;
    }
    let dropped = 0;
    while (this.#packets.length - dropped > MOST_PACKETS || this.#bytes > MOST_BYTES)
      this.#bytes -= this.#packets[dropped++]?.size ?? this.#bytes;
    if (dropped > 0) this.#packets = this.#packets.slice(dropped);
  }

  show(): void {
    const shown = this.#shown();
    const unseen = this.#unseen > 0 ? `, ${this.#unseen} were only counted because there were too many at once` : '';
    setText(this.#note, `${shown.length} shown${unseen}`);
    this.#list.show(shown);
  }

  #shown(): readonly Kept[] {
    const wanted = this.search.value.toLowerCase();
    if (wanted === '') return this.#packets;
    return this.#packets.filter(({ about, address, link, sections }) => {
      const texts = [about, address, link, ...sections.flatMap(({ lines }) => lines)];
      return texts.join('\n').toLowerCase().includes(wanted);
    });
  }

  #explain(packet: Kept | undefined): void {
    this.#details.hidden = packet === undefined;
    if (!packet) return;
    const dump = hexDump(bytesOf(packet));
    const copy = button('Copy as hex', () => void navigator.clipboard.writeText(hex(bytesOf(packet)).join('')));
    this.#details.replaceChildren(
      ...packet.sections.map(({ title, lines }) => {
        return el('dl', {}, el('dt', { text: title }), ...lines.map((line) => el('dd', { text: visible(line) })));
      }),
      el('p', {}, copy),
      el('pre', { text: dump }),
    );
  }

  #save(): void {
    const file = new Blob([pcapOf(this.#shown(), this.#wall)], { type: 'application/vnd.tcpdump.pcap' });
    const url = URL.createObjectURL(file);
    el('a', { href: url, download: 'mdns.pcap' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}

function hex(bytes: Uint8Array): string[] {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
}

/** Lines of 16 bytes with their offset, and as text. */
function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const part = bytes.subarray(at, at + 16);
    const text = [...part].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex(part).join(' ').padEnd(48)} ${text}`);
  }
  return lines.join('\n');
}
