/** A view at work: links with caches that owe it what `view.ts` says, and a clock that stops at every deadline. */
import { expect } from 'vitest';
import { isAliasFor } from '../../../src/protocol/aliases.js';
import type { RemovalReason } from '../../../src/protocol/cache/cache.js';
import { nameKey } from '../../../src/protocol/name.js';
import { type QuestionKey, type ResourceRecord, recordKey, setKey } from '../../../src/protocol/record.js';
import type { LinkInfo, View } from '../../../src/protocol/view/view.js';

/** `eth0/ipv4`, and the addresses of its interface: `192.0.2.1/24`. */
export function linkInfo(id: string, ...own: string[]): LinkInfo {
  const [name = '', family] = id.split('/');
  const subnets = own.map((text) => {
    const [address = '', bits] = text.split('/');
    return { address, prefixLength: Number(bits) };
  });
  return { id, interface: name, family: family === 'ipv6' ? 'ipv6' : 'ipv4', scopeId: name, subnets };
}

interface BenchLink {
  readonly records: Map<string, ResourceRecord>;
  /** Of each record in `records`. */
  readonly heardAt: Map<string, number>;
  readonly denied: Map<string, QuestionKey>;
  readonly asked: Map<string, QuestionKey>;
}

export class ViewBench<E> {
  now = 1000;
  /** No turns of the view for now. */
  quiet = false;
  done = false;
  deadline = Infinity;
  /** Since `take`. */
  #events: E[] = [];
  readonly links = new Map<string, BenchLink>();
  readonly #own = new Map<string, string[]>();
  /** Every question ever opened, in order. */
  readonly opened: string[] = [];

  constructor(
    readonly view: View<E>,
    ...linkIds: string[]
  ) {
    for (const id of linkIds) this.open(id);
  }

  open(id: string): this {
    this.links.set(id, { records: new Map(), heardAt: new Map(), denied: new Map(), asked: new Map() });
    this.view.linkOpened(linkInfo(id), this.now);
    return this.settle();
  }

  /** The same link with what it knows, for a view that sees it anew. */
  reopen(id: string): this {
    const { records, heardAt } = this.link(id);
    this.view.linkClosed(id, this.now);
    this.links.set(id, { records, heardAt, denied: new Map(), asked: new Map() });
    this.view.linkOpened(linkInfo(id, ...(this.#own.get(id) ?? [])), this.now);
    return this.settle();
  }

  /** The interface of the link has these addresses now. */
  change(id: string, ...own: string[]): this {
    this.#own.set(id, own);
    this.view.linkChanged(linkInfo(id, ...own), this.now);
    return this.settle();
  }

  close(id: string): this {
    this.links.delete(id);
    this.view.linkClosed(id, this.now);
    return this.settle();
  }

  /** The link hears records, in one packet. */
  hear(id: string, ...records: ResourceRecord[]): this {
    const link = this.link(id);
    const added: ResourceRecord[] = [];
    for (const heard of records) {
      if (link.records.has(recordKey(heard))) continue;
      link.records.set(recordKey(heard), heard);
      link.heardAt.set(recordKey(heard), this.now);
      link.denied.delete(setKey(heard));
      added.push(heard);
    }
    this.view.apply(id, { added: added.filter((heard) => isAsked(link, heard)), removed: [], denied: [] }, this.now);
    return this.settle();
  }

  lose(id: string, reason: RemovalReason, ...records: ResourceRecord[]): this {
    const link = this.link(id);
    const removed = records.filter((lost) => link.records.delete(recordKey(lost)) && isAsked(link, lost));
    this.view.apply(
      id,
      { added: [], removed: removed.map((lost) => ({ record: lost, reason })), denied: [] },
      this.now,
    );
    return this.settle();
  }

  /** All that `steps` does is one turn to the view. */
  together(steps: (bench: this) => void): this {
    this.quiet = true;
    steps(this);
    this.quiet = false;
    return this.settle();
  }

  deny(id: string, name: string, ...types: ('A' | 'AAAA' | 'SRV' | 'TXT')[]): this {
    const link = this.link(id);
    const questions = types.map((type) => ({ name, type, class: 1 }) as const);
    for (const question of questions) link.denied.set(setKey(question), question);
    this.view.apply(id, { added: [], removed: [], denied: questions.filter((q) => isAsked(link, q)) }, this.now);
    return this.settle();
  }

  /** Turns of the view until it has no more to ask or to tell at this time. */
  settle(): this {
    if (this.quiet) return this;
    for (let turns = 0; ; turns++) {
      expect(turns).toBeLessThan(20);
      const { events, open, close, deadline, done } = this.view.update(this.now);
      this.#events.push(...structuredClone(events));
      this.deadline = deadline;
      this.done = done;
      for (const { link, question } of close) {
        expect(this.link(link).asked.delete(setKey(question)), `was open: ${setKey(question)}`).toBe(true);
      }
      for (const { link, question } of open) this.#answer(link, question);
      expect(deadline).toBeGreaterThanOrEqual(this.now);
      if (open.length === 0 && deadline !== this.now) return this;
    }
  }

  #answer(id: string, question: QuestionKey): void {
    const link = this.link(id);
    expect(link.asked.has(setKey(question)), `was not open: ${setKey(question)}`).toBe(false);
    link.asked.set(setKey(question), question);
    this.opened.push(`${id} ${question.type} ${question.name}`);
    const added = [...link.records.values()].filter((known) => answers(known, question));
    const denied = link.denied.has(setKey(question)) ? [question] : [];
    const heardAt = added.map((known) => link.heardAt.get(recordKey(known)) ?? this.now);
    if (added.length + denied.length > 0) this.view.apply(id, { added, heardAt, removed: [], denied }, this.now);
  }

  /** Time passes, with a turn at every deadline. */
  wait(ms: number): this {
    const end = this.now + ms;
    while (this.deadline <= end) {
      this.now = this.deadline;
      this.settle();
    }
    this.now = end;
    return this.settle();
  }

  /** What was told since the last time. */
  take(): E[] {
    return this.#events.splice(0);
  }

  /** What is being asked now, sorted. */
  asked(): string[] {
    const asked: string[] = [];
    for (const [id, link] of this.links) for (const q of link.asked.values()) asked.push(`${id} ${q.type} ${q.name}`);
    return asked.sort();
  }

  link(id: string): BenchLink {
    const link = this.links.get(id);
    if (!link) throw new Error(`${id} is closed`);
    return link;
  }
}

function isAsked(link: BenchLink, of: QuestionKey): boolean {
  const isAskedAs = (type: string) => link.asked.has(setKey({ ...of, type }));
  return ['ANY', of.type, ...(of.type === 'CNAME' ? ['A', 'AAAA'] : [])].some(isAskedAs);
}

function answers(known: ResourceRecord, question: QuestionKey): boolean {
  if (nameKey(known.name) !== nameKey(question.name)) return false;
  return question.type === 'ANY' || known.type === question.type || isAliasFor(question, known);
}
