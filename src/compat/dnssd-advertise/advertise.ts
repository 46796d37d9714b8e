import type { Mdns } from '../../index.js';
import { HOST_TTL_SECONDS, MAX_LABEL_BYTES } from '../../protocol/constants.js';
import { shareEngine } from '../shared-engine.js';

/** The options of dnssd-advertise 1, with its defaults. */
export interface AdvertiseOptions {
  /** The instance name. Dots in a row become an underscore once, and 63 characters are used. */
  name: string;
  /** The type without the protocol: `http`. */
  type: string;
  protocol: 'tcp' | 'udp' | (string & {});
  /** Default: the system's host name. */
  hostname?: string;
  port: number;
  /** Default: none. */
  subtypes?: string[];
  /** Text and numbers are values, `true` is a key without a value, and everything else is left out. Default: none. */
  txt?: Record<string, string | number | boolean | null | undefined>;
  /** Seconds, of all records. Default: 120. */
  ttl?: number;
  /** One IP family only. Default: both. */
  stack?: 'IPv4' | 'IPv6' | null;
  /** Gets what went wrong after `advertise` has returned. Default: it is ignored. */
  onError?: (error: unknown) => void;
}

/**
 * Advertises a service on every interface, until the returned function is called. Does not keep the process alive.
 *
 * @returns a function that says goodbye; its promise never rejects
 * @throws MdnsError `invalid-name`, `invalid-type`, `invalid-option`
 * @example
 * const stop = advertise({ name: 'My Site', type: 'http', protocol: 'tcp', port: 3000 });
 * process.once('SIGINT', () => stop().then(() => process.exit()));
 */
export function advertise(options: AdvertiseOptions): () => Promise<void> {
  const { stack, onError = () => {} } = options;
  const engine = shareEngine(
    { ...(stack === 'IPv4' && { ipv6: false }), ...(stack === 'IPv6' && { ipv4: false }) },
    false,
  );
  const report = (error: unknown): void => {
    try {
      onError(error);
    } catch {
      // As in the original: there is no other place for what it throws.
    }
  };
  try {
    const service = publish(engine.mdns, options, engine.network.hostname());
    service.changes$.subscribe((change) => change.event === 'failed' && report(change.error));
    return async () => {
      await service.withdraw().catch(report);
      await engine.release().catch(report);
    };
  } catch (error) {
    void engine.release();
    throw error;
  }
}

/** What `require` returns. */
export const exported = { advertise };

function publish(mdns: Mdns, options: AdvertiseOptions, systemName: string) {
  const { name, type, protocol, port, subtypes = [], txt = {}, ttl, hostname } = options;
  return mdns.publish({
    name: name.trim().replace(/\.+/, '_').slice(0, MAX_LABEL_BYTES),
    type: `_${hostLabel(type)}._${hostLabel(protocol)}`,
    strict: false,
    port: port >>> 0,
    host: hostLabel(hostname || systemName),
    subtypes: subtypes.map(subtypeLabel),
    txt: txtStrings(txt),
    ttl: ttl || HOST_TTL_SECONDS,
  });
}

function hostLabel(text: string): string {
  const name = text.trim().replace(/\.local\.?$/i, '');
  const label = name.replace(/[^a-zA-Z0-9-]/g, '-').replace(/^-+|-+$/g, '');
  return label.toLowerCase().slice(0, MAX_LABEL_BYTES);
}

function subtypeLabel(text: string): string {
  const label = text.trim().replace(/[^a-zA-Z0-9-_.]/g, '-');
  return label.replace(/^-+|-+$/g, '').toLowerCase();
}

function txtStrings(txt: NonNullable<AdvertiseOptions['txt']>): string[] {
  return Object.entries(txt).flatMap(([key, value]) => {
    if (typeof value === 'string' || typeof value === 'number') return [`${key}=${value}`];
    return value === true ? [key] : [];
  });
}
