/** Those who only half speak mDNS: `dig`, and resolvers that ask once from a port of their own (RFC 6762 section 6.7). */
import { expect, it } from 'vitest';
import { Avahi } from './avahi.js';
import { Ours } from './ours.js';
import { type Kind, kinds } from './stacks.js';
import { describeInterop, useWorld } from './suite.js';
import { Zeroconf } from './zeroconf.js';

const ANY = 255;

describeInterop('legacy questions', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta'] });

  const publishers: readonly Kind[] = ['Avahi', 'mdns-actors'];
  for (const kind of publishers) {
    for (const family of ['ipv4', 'ipv6'] as const) {
      it(`${kind} replies to the port that asked, over ${family}, with the question, short TTLs and no cache-flush bit`, async () => {
        const publisher = await kinds[kind](host('alpha'));
        await publisher.publish({ name: 'Shop', type: '_http._tcp', port: 80 });
        const name = 'Shop._http._tcp.local';
        const reply = await new Zeroconf(host('beta')).askOnce(name, ANY, family);
        expect(host('alpha').addresses).toContain(reply.from);
        expect(reply).toMatchObject({ port: 5353, id: 0x1234, questions: [name] });
        expect(reply.answers.length).toBeGreaterThanOrEqual(2);
        for (const answer of reply.answers) {
          expect(answer.flush).toBe(false);
          expect(answer.ttl).toBeLessThanOrEqual(10);
        }
      });
    }

    it(`${kind} answers dig, which asks it directly`, async () => {
      const publisher = await kinds[kind](host('alpha'));
      await publisher.publish({ name: 'Shop', type: '_http._tcp', port: 80 });
      const dig = ['dig', '-p', '5353', `@${host('alpha').ipv4}`, '+short', '+tries=1', '+time=3'];
      const { lines, code } = await host('beta').run([...dig, '_http._tcp.local', 'PTR']);
      expect(code).toBe(0);
      expect(lines).toContain('Shop._http._tcp.local.');
      // Such as "Message parser reports malformed message packet".
      expect(lines.filter((line) => line.startsWith(';'))).toEqual([]);
    });
  }

  it('beside Avahi ours still answers multicast legacy questions for its own names', async () => {
    await Avahi.start(host('alpha'));
    await new Ours(host('alpha')).publish({ name: 'Shop', type: '_http._tcp', port: 80 });
    const reply = await new Zeroconf(host('beta')).askOnce('Shop._http._tcp.local', ANY, 'ipv4');
    expect(reply).toMatchObject({ from: host('alpha').ipv4, id: 0x1234, questions: ['Shop._http._tcp.local'] });
  });
});
