/** The list of actors that the reader of a stream knows: what has changed in it since the last look. */
import type { AnyActorRef, AnyMachineSnapshot, Snapshot } from 'xstate';
import { innermost } from './chart-ids.js';
import type { ActorId, ActorInfo, Entry } from './frames.js';

/** Actors beyond this number are not shown: each is looked at several times a second. */
const MAX_ACTORS = 4_000;

interface Listed {
  readonly info: ActorInfo;
  readonly snapshot: unknown;
  state: string;
  /** In which look it was last seen. */
  round: number;
}

export class Roll {
  readonly #listed = new Map<ActorId, Listed>();
  #round = 0;
  #unseen = 0;

  get size(): number {
    return this.#listed.size;
  }

  /** How many actors the last look did not show. */
  get unseen(): number {
    return this.#unseen;
  }

  /** Adds an actor, and first its parents, unless they are listed. False if there is no room. */
  note(ref: AnyActorRef, at: number, log: Entry[]): boolean {
    if (this.#listed.has(ref.sessionId)) return true;
    const parent = parentOf(ref);
    if (this.#listed.size >= MAX_ACTORS || (parent && !this.note(parent, at, log))) return false;
    const snapshot = snapshotOf(ref);
    const info = infoOf(ref, parent, snapshot);
    this.#listed.set(info.id, { info, snapshot, state: info.state, round: this.#round });
    log.push({ kind: 'actor', at, actor: info });
    return true;
  }

  /** Reports the state after a transition, if the actor is listed. */
  step(ref: AnyActorRef, snapshot: Snapshot<unknown>, by: string, at: number, log: Entry[]): void {
    const listed = this.#listed.get(ref.sessionId);
    if (!listed) return;
    listed.state = stateOf(snapshot);
    log.push({ kind: 'state', at, id: ref.sessionId, state: listed.state, by });
  }

  /** Walks the tree: reports what has come, changed and gone without having been seen. */
  look(root: AnyActorRef, at: number, log: Entry[]): void {
    this.#round++;
    this.#unseen = 0;
    this.#lookAt(root, at, log);
    for (const [id, { round }] of this.#listed) {
      if (round === this.#round) continue;
      this.#listed.delete(id);
      log.push({ kind: 'gone', at, id });
    }
  }

  /** All listed actors as they are now, parents first. */
  all(): ActorInfo[] {
    return [...this.#listed.values()].map(({ info, state }) => ({ ...info, state }));
  }

  clear(): void {
    this.#listed.clear();
  }

  #lookAt(ref: AnyActorRef, at: number, log: Entry[]): void {
    if (!this.note(ref, at, log)) {
      this.#unseen++;
      return;
    }
    const snapshot = snapshotOf(ref);
    const listed = this.#listed.get(ref.sessionId);
    if (listed) {
      listed.round = this.#round;
      const state = stateOf(snapshot);
      if (state !== listed.state) log.push({ kind: 'state', at, id: listed.info.id, state, by: '' });
      listed.state = state;
    }
    const children = (snapshot as Partial<AnyMachineSnapshot> | undefined)?.children ?? {};
    for (const id in children) {
      const child = children[id];
      if (child) this.#lookAt(child, at, log);
    }
  }
}

function infoOf(ref: AnyActorRef, parent: AnyActorRef | undefined, snapshot: Snapshot<unknown>): ActorInfo {
  // An actor that is being made has no snapshot so far, but has its logic.
  const { logic } = ref as { readonly logic?: { readonly id?: string } };
  const chart = logic?.id;
  return { id: ref.sessionId, parent: parent?.sessionId, name: ref.id, chart, state: stateOf(snapshot) };
}

function snapshotOf(ref: AnyActorRef): Snapshot<unknown> {
  return ref.getSnapshot() as Snapshot<unknown>;
}

function stateOf(snapshot: Snapshot<unknown> | undefined): string {
  if (!snapshot) return 'starting';
  const states = 'machine' in snapshot ? innermost((snapshot as AnyMachineSnapshot).value) : '';
  return states === '' ? snapshot.status : states;
}

function parentOf(ref: AnyActorRef): AnyActorRef | undefined {
  return (ref as { readonly _parent?: AnyActorRef })._parent;
}
