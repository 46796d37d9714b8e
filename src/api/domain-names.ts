/** The domains that an `Mdns` knows: which names may be asked for, and where. */
import type { DomainChoice } from '../actors/supervisor/input.js';
import { parseDnsServer } from '../net/dns-address.js';
import { readKeyFile, type TsigKey, tsigKey } from '../net/tsig-key.js';
import { LOCAL_DOMAIN } from '../protocol/dns-sd/service.js';
import { MdnsError } from '../protocol/errors.js';
import { isWithin, type Name, nameKey, parseName } from '../protocol/name.js';
import type { DomainKey, DomainKeyFile } from './domain-options.js';
import type { MdnsOptions } from './options.js';

/** A service type is below them, so they are shorter than a name may be. */
const ALL = 'all';

/**
 * @param domains read with `domainList`
 * @throws MdnsError `invalid-name`, `invalid-option`
 */
export function domainChoices(domains: MdnsOptions['domains'] = []): readonly DomainChoice[] {
  const choices = domains.map(({ name: text, server, key }): DomainChoice => {
    const name = parseName(text);
    if (isWithin(name, LOCAL_DOMAIN) || name === '.' || nameKey(name) === ALL) {
      const message = `"domains" has ${JSON.stringify(text)}: give a domain of unicast DNS such as "office.example"; "local" is always there.`;
      throw new MdnsError('invalid-option', message);
    }
    const servers = server === undefined ? undefined : [server].flat().map(serverAt);
    return { name, servers, ...(key && { key: keyOf(key) }) };
  });
  const names = choices.map(({ name }) => nameKey(name));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return choices;
  throw new MdnsError('invalid-option', `"domains" has ${twice} twice: give one entry with a list of servers.`);
}

function keyOf(key: DomainKey | DomainKeyFile): TsigKey {
  const read = 'file' in key ? readKeyFile(key.file) : tsigKey(key.name, key.secret, key.algorithm);
  return { ...read, name: parseName(read.name) };
}

function serverAt(text: string): NonNullable<DomainChoice['servers']>[number] {
  const server = parseDnsServer(text);
  if (server) return server;
  const message = `"server" is ${JSON.stringify(text)}: give an address, "192.0.2.53", "192.0.2.53:5300" or "[fd00::53]:5300".`;
  throw new MdnsError('invalid-option', message);
}

/** Where to ask. */
export interface Where {
  readonly domain: Name;
  /** In all domains, and on the links. */
  readonly everywhere: boolean;
}

export class DomainNames {
  /** Undefined behind a port: the system there refuses what it does not know. */
  readonly #names: readonly Name[] | undefined;

  constructor(choices: readonly DomainChoice[] | undefined) {
    this.#names = choices?.map(({ name }) => name);
  }

  /**
   * @param text the option `domain`
   * @throws MdnsError `invalid-name`, `invalid-option` for a domain that is not known
   */
  where(text = LOCAL_DOMAIN): Where {
    if (text.toLowerCase() === ALL) return { domain: LOCAL_DOMAIN, everywhere: true };
    const name = parseName(text);
    if (nameKey(name) === LOCAL_DOMAIN || this.#knows(name)) return { domain: name, everywhere: false };
    const advice = `domains: [{ name: ${JSON.stringify(text)} }]`;
    throw new MdnsError(
      'invalid-option',
      `"domain" is ${JSON.stringify(text)}: name it in createMdns, too, ${advice}.`,
    );
  }

  /**
   * Like `where`, for a single domain.
   *
   * @throws MdnsError `invalid-option` for `all`
   */
  one(text: string | undefined): Name {
    const { domain, everywhere } = this.where(text);
    if (!everywhere) return domain;
    throw new MdnsError('invalid-option', '"domain" is "all": give the domain in which to look for it.');
  }

  /**
   * The domains of the option `domains` of what is published.
   *
   * @throws MdnsError `invalid-name`, `invalid-option` for one that is not known
   */
  toPublishIn(texts: readonly string[] = [LOCAL_DOMAIN]): readonly Name[] {
    const names = texts.map((text) => this.one(text));
    if (names.length > 0) return [...new Map(names.map((name) => [nameKey(name), name])).values()];
    throw new MdnsError('invalid-option', '"domains" is empty: give for example ["local", "office.example"].');
  }

  /** The name, if it lies in one of the domains; undefined otherwise. */
  within(text: string): Name | undefined {
    if (!text.includes('.')) return undefined;
    const name = parseName(text);
    return this.#names?.some((domain) => isWithin(name, domain)) ? name : undefined;
  }

  #knows(name: Name): boolean {
    return this.#names?.some((domain) => nameKey(domain) === nameKey(name)) ?? true;
  }
}
