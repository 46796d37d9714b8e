/** What tools see from outside: OpenMetrics text, and channels of node:diagnostics_channel. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import { type DomainMetrics, openMetrics } from '../../src/index.js';
import { startService } from '../support/actions.js';
import { scenario } from '../support/scenario.js';

/** The samples by name and labels, after a check of the form that OpenMetrics 1.0 asks for. */
function samplesOf(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  const lines = text.split('\n');
  expect(lines.slice(-2)).toEqual(['# EOF', '']);
  for (const line of lines.slice(0, -2)) {
    const [, kind, name = '', rest = ''] = /^# (TYPE|HELP) (\w+) (.+)$/.exec(line) ?? [];
    if (kind === 'TYPE') {
      expect(types.has(name), `${name} is one family`).toBe(false);
      types.set(name, rest);
    }
    if (kind) continue;
    const [, sample = '', labels = '', value] = /^(\w+)\{(.*)\} (\d+)$/.exec(line) ?? [];
    const type = types.get(sample.replace(/_total$/, ''));
    expect(type, line).toBe(sample.endsWith('_total') ? 'counter' : 'gauge');
    expect(labels, line).toMatch(/^(?:[a-z]+="(?:[^"\\\n]|\\[\\"n])*",?)+$/);
    expect(samples.has(`${sample}{${labels}}`), `${line} is unique`).toBe(false);
    samples.set(`${sample}{${labels}}`, Number(value));
  }
  return samples;
}

describe('openMetrics', () => {
  scenario('has every counter of every link', async (world) => {
    const [h1, h2] = [world.host('h1'), world.host('h2')];
    startService(h1);
    world.record(h2.mdns.browse('t'));
    world.advance(5_000);
    const metrics = h2.mdns.metrics();
    const samples = samplesOf(openMetrics(metrics));
    const { received, sent, cache } = metrics['eth0/ipv4'] ?? {};
    expect(samples.get('mdns_received_total{interface="eth0",family="ipv4"}')).toBe(received);
    expect(samples.get('mdns_sent_total{interface="eth0",family="ipv4"}')).toBe(sent);
    expect(samples.get('mdns_cache_records{interface="eth0",family="ipv4"}')).toBe(cache?.records);
    expect(samples.get('mdns_cache_events_total{interface="eth0",family="ipv4",event="added"}')).toBeGreaterThan(0);
    expect(samples.has('mdns_types_left_out_total{interface="eth0",family="ipv4"}')).toBe(true);
    expect(samples.size).toBe(15 + 12 + 4);
    const [link] = Object.values(metrics);
    const odd = samplesOf(openMetrics({ 'a"b\\c\n/ipv6': link } as never));
    expect([...odd.keys()][0]).toBe('mdns_received_total{interface="a\\"b\\\\c\\n",family="ipv6"}');
  });

  it('of no links is a valid text', () => {
    expect(samplesOf(openMetrics({})).size).toBe(0);
  });

  it('has every counter of every domain', () => {
    const metrics: DomainMetrics = {
      ...{ asked: 1, answered: 2, overTcp: 3, timeouts: 4, faults: 5, refusals: 6, ignored: 7 },
      ...{ added: 8, removed: 9, refused: 10, failed: 11, questions: 12, records: 13, bytes: 14 },
    };
    const samples = samplesOf(openMetrics({}, { 'office.example': metrics, '.': metrics }));
    const inOffice = [...samples].filter(([sample]) => sample.endsWith('{domain="office.example"}'));
    expect(inOffice.map(([, value]) => value)).toEqual(Object.values(metrics));
    expect(samples.size).toBe(2 * inOffice.length);
    expect(samples.get('mdns_domain_over_tcp_total{domain="office.example"}')).toBe(3);
    expect(samples.get('mdns_domain_questions{domain="."}')).toBe(12);
    const odd = samplesOf(openMetrics({}, { 'a"b\\c\n': metrics }));
    expect([...odd.keys()][0]).toBe('mdns_domain_asked_total{domain="a\\"b\\\\c\\n"}');
  });
});

describe('diagnostics_channel', () => {
  scenario('publications, watches, status and log are published while there is a subscriber', async (world) => {
    const heard: { readonly channel: string; readonly type: string }[] = [];
    const names = ['publication', 'watch', 'status', 'log'].map((topic) => `mdns-actors:${topic}`);
    const onMessage = (message: unknown, channel: string | symbol) =>
      heard.push({ channel: String(channel), type: (message as { readonly type: string }).type });
    for (const name of names) subscribe(name, onMessage);
    const h1 = world.host('h1');
    const service = startService(h1, { type: '_a_b._tcp', strict: false });
    await world.settle(service.announced);
    await world.settle(h1.mdns.resolve('I', '_a_b._tcp'));
    expect(heard).toContainEqual({ channel: 'mdns-actors:publication', type: 'publication.announced' });
    expect(heard).toContainEqual({ channel: 'mdns-actors:watch', type: 'watch.saw' });
    expect(heard).toContainEqual({ channel: 'mdns-actors:watch', type: 'watch.ended' });
    expect(heard).toContainEqual({ channel: 'mdns-actors:status', type: 'status.changed' });
    for (const name of names) unsubscribe(name, onMessage);
    const count = heard.length;
    await world.settle(service.withdraw());
    expect(heard).toHaveLength(count);
  });
});
