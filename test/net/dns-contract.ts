/** What every network does for unicast DNS, and what the client makes of it: real servers and simulated ones alike. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DnsNetwork, DnsOutcome, DnsServer } from '../../src/net/dns.js';
import { type DnsAnswer, DnsClient } from '../../src/net/dns-client.js';
import type { Clock } from '../../src/net/network.js';
import type { UnicastMessage } from '../../src/protocol/record.js';
import { decodeUnicast, encodeUnicast } from '../../src/protocol/wire/unicast.js';
import { message, question, txt } from '../support/records.js';

/** Returns what to send back: any number of messages. */
type Respond = (query: UnicastMessage, over: 'udp' | 'tcp') => readonly Uint8Array[];

export interface DnsSubject {
  readonly dns: DnsNetwork;
  readonly clock: Clock;
  /** Starts a server. */
  serve(respond: Respond): Promise<DnsServer>;
  /** An address and port where no server is. */
  silence(): Promise<DnsServer>;
  until(condition: () => boolean): Promise<void>;
  settle(): Promise<void>;
  close(): Promise<void>;
}

const NAME = 'Printer\\.1._ipp._tcp.office.example';
const QUERY = encodeUnicast({ ...message({ questions: [question(NAME, 'TXT')] }), recursionDesired: true });
const SHORT_MS = 60;

const strings = (text: string) => txt(NAME, [text], { flush: false });
const reply = (query: UnicastMessage, text: string, parts: Partial<UnicastMessage> = {}) =>
  encodeUnicast({ ...query, response: true, answers: [strings(text)], ...parts });
const says =
  (text: string, parts: Partial<UnicastMessage> = {}): Respond =>
  (query) => [reply(query, text, parts)];
const textOf = (bytes: Uint8Array | undefined): string => {
  const [record] = (bytes && decodeUnicast(bytes).message?.answers) ?? [];
  return record?.type === 'TXT' && 'packed' in record ? new TextDecoder().decode(record.packed.subarray(1)) : '';
};

export function dnsContract(name: string, makeSubject: () => DnsSubject): void {
  describe(`${name}: unicast DNS`, () => {
    let subject: DnsSubject;
    beforeEach(() => {
      subject = makeSubject();
    });
    afterEach(() => subject.close());

    itExchanges(() => subject);
    itIsAClient(() => subject);
  });
}

function itExchanges(get: () => DnsSubject): void {
  const exchange = async (server: DnsServer, over: 'udp' | 'tcp', timeoutMs = SHORT_MS): Promise<DnsOutcome> => {
    const outcomes: DnsOutcome[] = [];
    get().dns.exchange({ server, over, message: QUERY, timeoutMs }, (outcome) => outcomes.push(outcome));
    expect(outcomes).toEqual([]);
    await get().until(() => outcomes.length > 0);
    await get().settle();
    expect(outcomes).toHaveLength(1);
    return outcomes[0] as DnsOutcome;
  };

  it('carries a question to a server and its answer back, over UDP and TCP', async () => {
    const seen: string[] = [];
    const server = await get().serve((query, over) => {
      seen.push(`${over} ${query.questions[0]?.name} ${query.recursionDesired}`);
      return [reply(query, over)];
    });
    for (const over of ['udp', 'tcp'] as const) {
      const { reply: bytes, ignored } = await exchange(server, over, 5_000);
      expect([textOf(bytes), ignored]).toEqual([over, 0]);
    }
    expect(seen).toEqual([`udp ${NAME} true`, `tcp ${NAME} true`]);
  });

  it('carries 40,000 bytes over TCP', async () => {
    const answers = Array.from({ length: 200 }, () => strings('x'.repeat(200)));
    const server = await get().serve((query) => [reply(query, '', { answers })]);
    expect((await exchange(server, 'tcp', 5_000)).reply?.length).toBeGreaterThan(40_000);
  });

  it('UNI-04 uses another id for each question', async () => {
    const ids = new Set<number>();
    const server = await get().serve((query) => {
      ids.add(query.id);
      return [reply(query, '')];
    });
    for (let i = 0; i < 20; i++) await exchange(server, 'udp', 5_000);
    expect(ids.size).toBeGreaterThan(15);
  });

  it('UNI-03 ignores what answers another question, has another id, is a query or is noise', async () => {
    const server = await get().serve((query) => [
      Uint8Array.of(1, 2, 3),
      reply(query, 'another id', { id: query.id ^ 1 }),
      reply(query, 'a query', { response: false }),
      reply(query, 'another opcode', { opcode: 5 }),
      reply(query, 'another type', { questions: [question(NAME, 'A')] }),
      reply(query, 'another name', { questions: [question('other.example', 'TXT')] }),
      reply(query, 'two questions', { questions: [question(NAME, 'TXT'), question(NAME, 'TXT')] }),
      reply(query, 'none', { questions: [] }),
      reply(query, 'right', { questions: [question(NAME.toUpperCase(), 'TXT')] }),
    ]);
    const { reply: bytes, ignored } = await exchange(server, 'udp', 5_000);
    expect([textOf(bytes), ignored]).toEqual(['right', 8]);
  });

  it('takes an error without a question from a server that could not read it', async () => {
    const server = await get().serve(says('', { questions: [], answers: [], rcode: 1 }));
    expect((await exchange(server, 'udp', 5_000)).reply).toBeDefined();
  });

  it('says that no answer came, and how many wrong ones did', async () => {
    const server = await get().serve(says('wrong', { id: 0, response: false }));
    const { fault, ignored } = await exchange(server, 'udp');
    expect(fault?.code).toBe('ETIMEDOUT');
    expect(fault?.message).toMatch(/^DNS server \S+:\d+: ETIMEDOUT: .*\.$/);
    expect(ignored).toBe(1);
  });

  it('ends a TCP connection with a message that does not answer', async () => {
    const server = await get().serve((query) => [reply(query, 'wrong', { id: query.id ^ 1 })]);
    const { fault, ignored } = await exchange(server, 'tcp', 60_000);
    expect([fault?.code, ignored]).toEqual(['EBADMSG', 1]);
    expect(fault?.message).toContain('does not answer');
  });

  it('reports a server that is not there', async () => {
    for (const over of ['udp', 'tcp'] as const) {
      const { fault } = await exchange(await get().silence(), over);
      expect(fault?.code).toMatch(/^(ETIMEDOUT|ECONNREFUSED)$/);
    }
  });

  it('ends when asked to, and is silent from then on', async () => {
    const { dns, serve, settle } = get();
    const server = await serve(says('late'));
    const outcomes: DnsOutcome[] = [];
    for (const over of ['udp', 'tcp'] as const) {
      const end = dns.exchange({ server, over, message: QUERY, timeoutMs: SHORT_MS }, (outcome) =>
        outcomes.push(outcome),
      );
      end();
      end();
    }
    await settle();
    expect(outcomes).toEqual([]);
  });

  it('has settings', () => {
    const { servers, search } = get().dns.settings();
    expect(Array.isArray(servers) && Array.isArray(search)).toBe(true);
  });
}

function itIsAClient(get: () => DnsSubject): void {
  const ask = async (client: DnsClient): Promise<DnsAnswer> => {
    const answers: DnsAnswer[] = [];
    client.ask(QUERY, (answer) => answers.push(answer));
    expect(answers).toEqual([]);
    await get().until(() => answers.length > 0);
    await get().settle();
    expect(answers).toHaveLength(1);
    return answers[0] as DnsAnswer;
  };
  const clientOf = (...servers: readonly DnsServer[]) => {
    const { dns, clock } = get();
    return new DnsClient({ dns, clock, servers });
  };

  it('UNI-05 asks over TCP what was truncated', async () => {
    const server = await get().serve((query, over) =>
      over === 'udp' ? [reply(query, '', { answers: [], truncated: true })] : [reply(query, 'whole')],
    );
    const client = clientOf(server);
    expect(textOf((await ask(client)).reply)).toBe('whole');
    expect(client.counters).toMatchObject({ asked: 1, answered: 1, overTcp: 1 });
  });

  it('asks the next server when one refuses or fails, and reports the refusal when all do', async () => {
    const refusing = await get().serve(says('', { answers: [], rcode: 5 }));
    const failing = await get().serve(says('', { answers: [], rcode: 2 }));
    const good = await get().serve(says('good'));
    const client = clientOf(refusing, failing, good);
    expect(textOf((await ask(client)).reply)).toBe('good');
    expect(client.counters).toMatchObject({ asked: 1, answered: 1, refusals: 2 });
    const { reply: bytes } = await ask(clientOf(refusing, failing));
    expect(bytes && decodeUnicast(bytes).message?.rcode).toBe(5);
  });

  it('asks the next server when one is silent, and the silent one last from then on', async () => {
    const good = await get().serve(says('good'));
    const asked: number[] = [];
    const silent = await get().serve((query) => {
      asked.push(query.id);
      return [];
    });
    const client = clientOf(silent, good);
    const start = get().clock.now();
    expect(textOf((await ask(client)).reply)).toBe('good');
    expect(get().clock.now() - start).toBeGreaterThanOrEqual(1_000);
    const again = get().clock.now();
    expect(textOf((await ask(client)).reply)).toBe('good');
    expect(get().clock.now() - again).toBeLessThan(900);
    expect(asked).toHaveLength(1);
    expect(client.counters).toMatchObject({ asked: 2, answered: 2, timeouts: 1 });
  });

  it('says that there is no server', async () => {
    const { fault } = await ask(clientOf());
    expect(fault).toMatchObject({ code: 'ENOSERVER' });
    expect(fault?.message).toContain('"server"');
  });

  it('can be cancelled', async () => {
    const client = clientOf(await get().serve(says('late')));
    let answered = 0;
    client.ask(QUERY, () => {
      answered += 1;
    })();
    await get().settle();
    expect(answered).toBe(0);
  });
}
