import { type Observable, ReplaySubject } from 'rxjs';
import type { SupervisorEmitted } from '../actors/commands.js';
import { isPromise } from '../actors/user-function.js';
import { refuseControlCharacters } from '../protocol/dns-sd/service.js';
import { MdnsError } from '../protocol/errors.js';
import { escapeLabel, type Name } from '../protocol/name.js';
import { readObject } from '../protocol/shape/object-reader.js';
import type { Engine } from './engine.js';
import { noNetwork, trackNetwork } from './no-network.js';
import { aborted } from './open-watch.js';
import { anInstance } from './option-readers.js';
import { announcedShape } from './option-shapes.js';
import type { AnnouncedOptions, ServiceOptions } from './options.js';

/** What happens to a publication. */
export type PublicationEvent =
  | { readonly event: 'probing'; readonly name: string }
  | { readonly event: 'announced'; readonly name: string; readonly host: Name }
  /** Its data has changed; the announcement may wait for up to six seconds (RFC 6762 section 8.4). */
  | { readonly event: 'updating'; readonly name: string }
  /** The newest data has been announced on every interface that works. */
  | { readonly event: 'updated'; readonly name: string; readonly host: Name }
  | { readonly event: 'renamed'; readonly name: string; readonly from: string }
  /** The host that is its own has another name: see the option `ownHost`. */
  | { readonly event: 'host-renamed'; readonly name: string; readonly host: Name; readonly from: Name }
  /** The server of a domain does not publish it at the moment; it is tried again. `reason`: why, and what to do. */
  | { readonly event: 'refused'; readonly name: string; readonly domain: string; readonly reason: string }
  | { readonly event: 'failed'; readonly name: string; readonly error: MdnsError }
  | { readonly event: 'withdrawn'; readonly name: string };

export interface PublishedParts {
  readonly id: string;
  readonly name: string;
  /** What it is, for messages: `_http._tcp service`. */
  readonly kind: string;
  readonly onConflict: ServiceOptions['onConflict'];
  /** The interfaces to publish on; undefined for all. */
  readonly interfaces: readonly string[] | undefined;
}

interface Deferred {
  resolve(): void;
  reject(error: MdnsError): void;
}

/** Names that `onConflict` may choose in a row; if all are taken, the publication fails. */
const MAX_CHOSEN_NAMES = 15;

/** A publication, which lasts until it is withdrawn: the handle that `publishHost` returns. */
export class Published {
  readonly id: string;
  /**
   * Resolves when it has its name on every working interface, and the system has sent its first announcement there: the
   * process may end then without losing it. Rejects with `name-in-use` under the policy `fail`, and with `closed` if it
   * is withdrawn before. Causes no unhandled rejection if it is not awaited.
   */
  get announced(): Promise<void> {
    if (this.#release === undefined && !this.#isDecided) this.#release = this.#engine.keepAlive();
    return this.#announced;
  }

  /**
   * Resolves a moment before `announced`: when its name is known to be free on every working interface (RFC 6762
   * section 8.1). Rejects like `announced`. Does not keep the process alive.
   */
  readonly probed: Promise<void>;

  /**
   * Like `announced`, with a timeout and a signal.
   *
   * @throws MdnsError `timeout`, `no-network` if no link was usable meanwhile, `aborted`, `invalid-option`, and what
   *   `announced` rejects with
   * @example await mdns.publish({ name: 'Web', type: 'http', port: 80 }).whenAnnounced({ timeout: 5000 });
   */
  async whenAnnounced(options: AnnouncedOptions = {}): Promise<void> {
    const { timeout = Number.POSITIVE_INFINITY, signal } = readObject(announcedShape, options);
    if (signal?.aborted) throw aborted(signal);
    const { clock, status$ } = this.#engine;
    const network = trackNetwork(status$, this.#interfaces);
    let timer: unknown;
    let onAbort = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        this.announced.then(resolve, reject);
        timer = clock.setTimeout(() => reject(this.#tooLate(timeout, network.usable)), timeout);
        onAbort = () => reject(aborted(signal));
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    } finally {
      clock.clearTimeout(timer);
      network.stop();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Everything that happens to it, from the start (the last 16 events for late subscribers); ends with `withdrawn`. */
  readonly changes$: Observable<PublicationEvent>;

  readonly #engine: Engine;
  readonly #kind: string;
  readonly #announced: Promise<void>;
  readonly #changes = new ReplaySubject<PublicationEvent>(16);
  readonly #withdrawn: Promise<void>;
  readonly #choose: ((name: string, proposal: string) => unknown) | undefined;
  readonly #interfaces: readonly string[] | undefined;
  #chosen = 0;
  readonly #forget: () => void;
  #name: string;
  /** Why a server did not publish it, when it was last tried. */
  #refusal: string | undefined;
  #isDecided = false;
  #over = false;
  #broken: MdnsError | undefined;
  /** Lets the process end; set while a client waits for `announced`. */
  #release: (() => void) | undefined;
  #announcement: Deferred = { resolve() {}, reject() {} };
  #probing: Deferred = { resolve() {}, reject() {} };
  #withdrawal: Deferred = { resolve() {}, reject() {} };

  /** @internal */
  constructor(engine: Engine, { id, name, kind, onConflict, interfaces }: PublishedParts) {
    this.#engine = engine;
    this.id = id;
    this.#name = name;
    this.#kind = kind;
    this.#interfaces = interfaces;
    this.#choose = typeof onConflict === 'function' ? onConflict : undefined;
    this.changes$ = this.#changes.asObservable();

    this.probed = new Promise<void>((resolve, reject) => {
      this.#probing = { resolve, reject };
    });
    this.probed.catch(() => {});
    this.#announced = new Promise<void>((resolve, reject) => {
      this.#announcement = { resolve, reject };
    });
    // No unhandled rejection when it is not awaited.
    this.#announced.catch(() => {}).finally(() => this.#stopWaiting());
    this.#withdrawn = new Promise<void>((resolve, reject) => {
      this.#withdrawal = { resolve, reject };
    });
    this.#withdrawn.catch(() => {});
    this.#forget = engine.listen(id, (event) => this.#hear(event));
  }

  /** The current name: the requested one, or another one after a conflict. */
  get name(): string {
    return this.#name;
  }

  /**
   * Withdraws it; resolves when its goodbye has been sent (RFC 6762 section 10.1). Rejects with `internal` if the
   * engine breaks before.
   *
   * @example await mdns.publish({ name: 'Web', type: 'http', port: 80 }).withdraw();
   */
  withdraw(): Promise<void> {
    this.#over = true;
    if (this.#engine.ended) {
      this.#finish();
      return Promise.resolve();
    }
    this.#engine.send({ type: 'publication.withdraw', id: this.id });
    return this.#engine.keptAlive(this.#withdrawn);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.withdraw();
  }

  /** Whether it was withdrawn, or has failed. */
  protected get isOver(): boolean {
    return this.#over;
  }

  #stopWaiting(): void {
    this.#isDecided = true;
    this.#release?.();
  }

  #hear(event: SupervisorEmitted): void {
    switch (event.type) {
      case 'publication.probing':
        this.#changes.next({ event: 'probing', name: event.name });
        return;
      case 'publication.probed':
        this.#probing.resolve();
        return;
      case 'publication.announced':
        this.#name = event.name;
        this.#chosen = 0;
        this.#changes.next({ event: 'announced', name: event.name, host: event.host });
        this.#announcement.resolve();
        return;
      case 'publication.updating':
        this.#changes.next({ event: 'updating', name: event.name });
        return;
      case 'publication.updated':
        this.#changes.next({ event: 'updated', name: event.name, host: event.host });
        return;
      case 'publication.renamed':
        this.#name = event.name;
        this.#changes.next({ event: 'renamed', name: event.name, from: event.from });
        return;
      case 'publication.host-renamed':
        this.#changes.next({ event: 'host-renamed', name: this.#name, host: event.host, from: event.from });
        return;
      case 'publication.refused':
        this.#refusal = event.message;
        this.#changes.next({ event: 'refused', name: event.name, domain: event.domain, reason: event.message });
        return;
      case 'publication.conflicted':
        this.#resolveConflict(event.name, event.suggested);
        return;
      case 'publication.failed':
        this.#fail(event.name, event.code === 'invalid' ? refused(event.message) : this.#inUse(event.name));
        return;
      case 'system.broke':
        this.#break(new MdnsError('internal', event.message));
        return;
      case 'publication.withdrawn':
        this.#finish();
    }
  }

  #resolveConflict(name: string, suggested: string): void {
    this.#chosen++;
    const chosen = this.#chosen > MAX_CHOSEN_NAMES ? this.#tooManyNames(name) : this.#ask(name, suggested);
    if (typeof chosen === 'string') {
      this.#engine.send({ type: 'publication.rename', id: this.id, label: chosen });
      return;
    }
    this.#fail(name, chosen);
    this.#engine.send({ type: 'publication.withdraw', id: this.id });
  }

  /** The label that `onConflict` chooses, or the error if it chooses none. */
  #ask(name: string, suggested: string): string | MdnsError {
    try {
      const chosen = this.#choose?.(name, suggested) ?? undefined;
      if (chosen === undefined) return this.#inUse(name);
      if (isPromise(chosen)) return refused('"onConflict" returned a promise: let it return the name.');
      // RFC 6762 section 16: names are in composed form.
      const label = anInstance(chosen, 'What "onConflict" returned').normalize('NFC');
      refuseControlCharacters(label);
      escapeLabel(label);
      return label;
    } catch (cause) {
      return cause instanceof MdnsError ? cause : this.#inUse(name, cause);
    }
  }

  #tooManyNames(name: string): MdnsError {
    const message = `"onConflict" chose ${MAX_CHOSEN_NAMES} names, and all are taken, the last "${name}": let it return others, or leave it out.`;
    return new MdnsError('name-in-use', message);
  }

  #tooLate(timeout: number, usable: boolean): MdnsError {
    const what = `"${this.#name}" was not announced within ${timeout} ms`;
    if (this.#refusal !== undefined) return new MdnsError('timeout', `${what}: ${this.#refusal}`);
    return usable ? new MdnsError('timeout', `${what}.`) : noNetwork(what, this.#engine.status.reason);
  }

  #inUse(name: string, cause?: unknown): MdnsError {
    const message = `"${name}" is the name of another ${this.#kind} on this network: choose another name, or set "onConflict" to "rename".`;
    return new MdnsError('name-in-use', message, cause === undefined ? {} : { cause });
  }

  #fail(name: string, error: MdnsError): void {
    this.#over = true;
    this.#changes.next({ event: 'failed', name, error });
    this.#rejectWaits(error);
  }

  /** Ends without a goodbye, because the engine is broken. */
  #break(error: MdnsError): void {
    this.#broken = error;
    this.#fail(this.#name, error);
    this.#finish();
  }

  #rejectWaits(error: MdnsError): void {
    this.#probing.reject(error);
    this.#announcement.reject(error);
  }

  #finish(): void {
    this.#over = true;
    this.#rejectWaits(new MdnsError('closed', `"${this.#name}" was withdrawn before it was announced.`));
    this.#changes.next({ event: 'withdrawn', name: this.#name });
    this.#changes.complete();
    if (this.#broken) this.#withdrawal.reject(this.#broken);
    else this.#withdrawal.resolve();
    this.#forget();
  }
}

function refused(message: string | undefined): MdnsError {
  return new MdnsError('invalid-option', message ?? 'The publication was refused; the log has the reason.');
}
