/** What the status of an engine says about the links of one IP family, and what is new in it. */
import type { LinkFault, LinkStatus, Status } from '../../index.js';
import type { Family } from '../../ip/family.js';

export class Links {
  readonly #family: Family;
  #up: readonly LinkStatus[] = [];
  /** By interface, the code of its present fault. */
  #faults: ReadonlyMap<string, string> = new Map();

  constructor(family: Family) {
    this.#family = family;
  }

  get up(): readonly LinkStatus[] {
    return this.#up;
  }

  /** @returns whether a link has come up, which faults are new, and whether it is known if any link works */
  update({ state, links }: Status): { joined: boolean; faults: readonly LinkFault[]; settled: boolean } {
    const used = links.filter((link) => link.family === this.#family && link.state !== 'unused');
    const up = used.filter((link) => link.state === 'up');
    const joined = up.some((link) => !this.#up.some(({ interface: on }) => on === link.interface));
    this.#up = up;
    const faulty = used.flatMap(({ interface: on, fault }) => (fault ? [{ on, fault }] : []));
    const faults = faulty.filter(({ on, fault }) => this.#faults.get(on) !== fault.code).map(({ fault }) => fault);
    this.#faults = new Map(faulty.map(({ on, fault }) => [on, fault.code]));
    const opening = used.some((link) => link.state === 'opening' && link.fault === undefined);
    return { joined, faults, settled: up.length > 0 || (state !== 'starting' && !opening) };
  }
}
