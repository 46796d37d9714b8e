/** Types that RFC 6335 forbids and the world uses: published on request, with a warning, and found. */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { scenario } from '../support/scenario.js';

describe('strict: false', () => {
  for (const type of ['_esphomelib_with_a_long_name._tcp', '_a_b._udp', '_1234._tcp'])
    scenario(`publishes ${type} with a warning, and it is found`, async (world) => {
      const [h1, h2] = [world.host('h1'), world.host('h2')];
      expect(() => startService(h1, { type })).toThrow(/unless "strict" is false/);
      const service = startService(h1, { type, strict: false });
      await world.settle(service.announced);
      const warnings = h1.lines.filter(({ level }) => level === 'warn');
      expect(warnings).toMatchObject([{ message: expect.stringMatching(/^Type of "I": .* is not a service type/) }]);
      service.update({ port: 1 });
      await expect(world.settle(h2.mdns.resolve('I', type))).resolves.toMatchObject({ name: 'I', type, port: 1 });
      const browse = world.record(h2.mdns.browseAll());
      world.advance(2_000);
      expect(browse.events).toMatchObject([{ event: 'up', instance: { type } }]);
      expect(h1.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    });
});
