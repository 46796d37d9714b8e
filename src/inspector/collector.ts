/**
 * Looks at a running system as long as anyone watches: attaches an observer to its actors, and reports ten times a
 * second what has happened. In a storm it looks at the first events of each tenth and detaches for the rest, so that
 * the system keeps its speed; states are compared in each frame, so they are right all the same. Without a watcher no
 * observer is attached, and XState does not even make the events that an observer would get.
 */
import type { AnyActorRef, EventObject, InspectionEvent, Subscription } from 'xstate';
import type { RootActor } from '../actors/supervisor/actor-system.js';
import type { Clock, TimerHandle } from '../net/network.js';
import { takenTransitionId } from './chart-ids.js';
import type { Entry, Frame, InspectionSource, Sample, ViewRequest, Views } from './frames.js';
import { inShort } from './in-short.js';
import { Roll } from './roll.js';
import { Traffic } from './traffic.js';
import { cacheTotals, lookUp } from './views.js';

/** Milliseconds between frames. */
const FRAME_MS = 100;
/** Milliseconds between samples of what is counted. */
const SAMPLE_MS = 1_000;
/** Calls of the observer in one frame. */
export const MOST_CALLS = 300;
/** Actors that are looked at in each frame; with more of them the tree is walked less often. */
const ACTORS_PER_FRAME = 400;

export class Collector implements InspectionSource {
  readonly #root: RootActor;
  readonly #clock: Clock;
  readonly #sinks = new Set<(frame: Frame) => void>();
  readonly #roll = new Roll();
  readonly #traffic = new Traffic();
  #log: Entry[] = [];
  #observer: Subscription | undefined;
  #timer: TimerHandle | undefined;
  #calls = 0;
  /** When the last frame ended, when the next one is due, and when the observer was detached since then. */
  #frameAt = 0;
  #dueAt = 0;
  #detachedAt: number | undefined;
  #sampledAt = 0;
  #delay = 0;
  #frames = 0;
  #isWhole = false;

  constructor(root: RootActor, clock: Clock) {
    this.#root = root;
    this.#clock = clock;
  }

  watch(sink: (frame: Frame) => void): () => void {
    if (this.#sinks.size === 0) this.#start();
    // Not the caller's function itself, which may watch twice.
    const own = (frame: Frame) => sink(frame);
    this.#sinks.add(own);
    this.refresh();
    return () => {
      if (this.#sinks.delete(own) && this.#sinks.size === 0) this.#stop();
    };
  }

  refresh(): void {
    this.#isWhole = true;
  }

  async view(request: ViewRequest): Promise<Views[ViewRequest['kind']]> {
    return lookUp(this.#root.getSnapshot().context, request, this.#clock.now());
  }

  #start(): void {
    const now = this.#clock.now();
    this.#frameAt = now;
    this.#sampledAt = now;
    this.#frames = 0;
    this.#delay = 0;
    this.#attach();
    const { tap } = this.#root.getSnapshot().context;
    tap.observer = (packet) => harmless(() => this.#traffic.see(packet, this.#clock.now()));
    this.#wait(now);
  }

  #stop(): void {
    this.#observer?.unsubscribe();
    this.#observer = undefined;
    this.#root.getSnapshot().context.tap.observer = undefined;
    this.#clock.clearTimeout(this.#timer);
    this.#roll.clear();
    this.#log = [];
    this.#traffic.takePackets();
    this.#traffic.takeCounts();
  }

  #attach(): void {
    this.#calls = 0;
    this.#detachedAt = undefined;
    this.#observer ??= this.#root.system.inspect({ next: (event) => this.#see(event) });
  }

  #see(event: InspectionEvent): void {
    harmless(() => this.#note(event));
    if (++this.#calls < MOST_CALLS) return;
    this.#observer?.unsubscribe();
    this.#observer = undefined;
    this.#detachedAt = this.#clock.now();
  }

  #note(event: InspectionEvent): void {
    // XState's types promise less than there is: each of them is an actor.
    const actorRef = event.actorRef as AnyActorRef;
    if (event.type === '@xstate.actor') this.#roll.note(actorRef, this.#clock.now(), this.#log);
    else if (event.type === '@xstate.event' && event.sourceRef)
      this.#noteMessage(event.sourceRef as AnyActorRef, actorRef, event.event);
    else if (event.type === '@xstate.microstep') {
      const by = event._transitions.flatMap((transition) => takenTransitionId(transition) ?? []);
      if (by.length > 0) this.#roll.step(actorRef, event.snapshot, by.join(' '), this.#clock.now(), this.#log);
    }
  }

  #noteMessage(from: AnyActorRef, to: AnyActorRef, event: EventObject): void {
    const at = this.#clock.now();
    for (const ref of [from, to]) if (!this.#roll.note(ref, at, this.#log)) return;
    const [sender, receiver] = [from.sessionId, to.sessionId];
    this.#log.push({ kind: 'message', at, from: sender, to: receiver, type: event.type, data: inShort(event) });
  }

  #wait(now: number): void {
    this.#dueAt = now + FRAME_MS;
    this.#timer = this.#clock.setTimeout(() => this.#beat(), FRAME_MS);
  }

  #beat(): void {
    const now = this.#clock.now();
    this.#delay = Math.max(this.#delay, now - this.#dueAt);
    // Before the sinks are called: each of them may end the watch.
    this.#wait(now);
    const frame = this.#frame(now);
    this.#attach();
    if (frame) for (const sink of this.#sinks) sink(frame);
  }

  /** What happened since the last frame; undefined for nothing. */
  #frame(now: number): Frame | undefined {
    const isWhole = this.#isWhole;
    const every = Math.ceil((this.#roll.size + 1) / ACTORS_PER_FRAME);
    if (isWhole || this.#frames++ % every === 0) this.#roll.look(this.#root, now, this.#log);
    const log = this.#log;
    const { packets, packetsUnseen } = this.#traffic.takePackets();
    const span = now - this.#frameAt;
    const looked = (this.#detachedAt ?? now) - this.#frameAt;
    const sample = now - this.#sampledAt >= SAMPLE_MS ? this.#sample(now) : undefined;
    this.#log = [];
    this.#frameAt = now;
    this.#isWhole = false;
    if (!isWhole && !sample && log.length === 0 && packets.length === 0) return undefined;
    return {
      at: now,
      ...(isWhole && { whole: this.#roll.all() }),
      log,
      packets,
      looked,
      span,
      packetsUnseen,
      actorsUnseen: this.#roll.unseen,
      ...(sample && { sample }),
    };
  }

  #sample(now: number): Sample {
    const delay = this.#delay;
    this.#sampledAt = now;
    this.#delay = 0;
    return { at: now, ...this.#traffic.takeCounts(), ...cacheTotals(this.#root.getSnapshot().context), delay };
  }
}

/** XState calls observers within its own turn: an error would end the actor that is looked at. */
function harmless(look: () => void): void {
  try {
    look();
  } catch {
    // What cannot be described is not shown.
  }
}
