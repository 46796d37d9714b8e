/** How the device comes to its names, and what it does when they are contested. */
import { describe, expect } from 'vitest';
import { SUBSEQUENT_CONFLICT_WAIT_MS } from './limits.js';
import { claimNames, disputeNames, fullPlan, renameService, shortPlan } from './naming.js';
import { bonjour, networks } from './stand.js';

describe('names', () => {
  for (const [network, options] of networks) {
    for (const prompt of [true, false]) {
      const when = prompt ? 'objected to at once' : 'objected to at any moment';
      bonjour(
        `BCT II.1 II.2 II.2b II.3 II.4 II.5 PRB-09 TIE-04 a device ${network}, ${when}`,
        async ({ tester, powerOn }) => {
          const seen = await claimNames(tester, { plan: fullPlan, prompt }, powerOn);
          expect([seen.host.length, seen.service.length], 'names').toEqual([21, 21]);
        },
        options,
      );
    }

    bonjour(
      `BCT II.6 CNF-01 subsequent conflicts ${network}`,
      async ({ tester, powerOn }) => {
        await claimNames(tester, { plan: [] }, powerOn);
        expect(await disputeNames(tester, SUBSEQUENT_CONFLICT_WAIT_MS)).toEqual([
          ['device.local', 'device-2.local'],
          ['I._t._tcp.local', 'I (2)._t._tcp.local'],
        ]);
      },
      options,
    );
  }

  bonjour('BCT II.16 UPD-02 GBY-01 manual name change', async (stand) => {
    stand.settle();
    for (const label of ['Another name', 'I']) {
      const name = `${label}._t._tcp.local`;
      const tries = await renameService(stand.tester, name, () => stand.service.update({ name: label }));
      expect(tries.map((each) => each.name)).toEqual([name]);
      await stand.tester.wait(SUBSEQUENT_CONFLICT_WAIT_MS);
      expect(stand.tester.instance).toBe(name);
    }
  });

  bonjour(
    'BCT G-10 a name with a dot, which Apple’s tester itself cannot take',
    async ({ tester, powerOn }) => {
      const seen = await claimNames(tester, { plan: shortPlan }, powerOn);
      expect(seen.service.map(({ name }) => name).at(-1)).toBe('Dr\\. I (4)._t._tcp.local');
    },
    { service: { name: 'Dr. I' } },
  );
});
