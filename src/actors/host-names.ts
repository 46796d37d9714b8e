/**
 * The host names published on a link: which of them are held, and which services and aliases refer to them. Each of
 * these is announced only while we hold the host name that it refers to, if that is one that we publish (RFC 6762
 * section 8).
 */
import { type Name, nameKey } from '../protocol/name.js';
import type { Publication } from './publication.js';

interface Host {
  readonly key: string;
  isHeld: boolean;
}

export class HostNames {
  /** By the id of the publication. */
  readonly #hosts = new Map<string, Host>();
  readonly #byName = new Map<string, Host>();
  /** Ids of the services that refer to a host name. */
  readonly #services = new Map<string, Set<string>>();
  readonly #targets = new Map<string, string>();

  /** A host with a new name has to claim it first. */
  put(publication: Publication): void {
    const { kind, id, host } = publication;
    const key = nameKey(host);
    if (kind !== 'host') {
      this.#retarget(id, key);
      return;
    }
    if (this.#hosts.get(id)?.key === key) return;
    this.#drop(id);
    const added: Host = { key, isHeld: false };
    this.#hosts.set(id, added);
    this.#byName.set(key, added);
  }

  delete(id: string): void {
    this.#drop(id);
    this.#retarget(id, undefined);
  }

  /** Whether services may refer to the name. A name that is not published on this link need not be held. */
  isReady(host: Name): boolean {
    return this.#byName.get(nameKey(host))?.isHeld ?? true;
  }

  /** @returns the ids of the services that refer to it; none when the publication is not a host */
  claimed(id: string): Iterable<string> {
    return this.#set(id, true);
  }

  released(id: string): Iterable<string> {
    return this.#set(id, false);
  }

  toJSON(): object {
    return { hosts: this.#hosts.size, services: this.#targets.size };
  }

  #set(id: string, isHeld: boolean): Iterable<string> {
    const host = this.#hosts.get(id);
    if (!host || host.isHeld === isHeld) return [];
    host.isHeld = isHeld;
    return this.#services.get(host.key) ?? [];
  }

  #drop(id: string): void {
    const host = this.#hosts.get(id);
    if (!host) return;
    this.#hosts.delete(id);
    if (this.#byName.get(host.key) === host) this.#byName.delete(host.key);
  }

  #retarget(id: string, key: string | undefined): void {
    const before = this.#targets.get(id);
    if (before === key) return;
    const services = this.#services.get(before ?? '');
    services?.delete(id);
    if (services?.size === 0) this.#services.delete(before ?? '');
    this.#targets.delete(id);
    if (key === undefined) return;
    this.#targets.set(id, key);
    const there = this.#services.get(key) ?? new Set();
    this.#services.set(key, there.add(id));
  }
}
