/** The cable is pulled and put in again: everything has to be probed for once more, as at the start. */
import { describe, expect } from 'vitest';
import { CABLE_OUT_MS, SUBSEQUENT_CONFLICT_WAIT_MS } from './limits.js';
import { claimNames, disputeNames, fullPlan, shortPlan } from './naming.js';
import { bonjour, networks } from './stand.js';

describe('hot-plugging', () => {
  for (const [network, options] of networks) {
    bonjour(
      `BCT II.17 PRB-01 PRB-07 hot-plugging ${network}: II.1 to II.6 once more`,
      async ({ tester, powerOn, unplug, plug }) => {
        await claimNames(tester, { plan: shortPlan }, powerOn);
        const { host, instance } = tester;
        await tester.wait(SUBSEQUENT_CONFLICT_WAIT_MS);
        unplug();
        await tester.wait(CABLE_OUT_MS);
        const seen = await claimNames(tester, { plan: fullPlan }, plug);
        expect([seen.host[0]?.name, seen.service[0]?.name], 'the names that are tried first').toEqual([host, instance]);
        const disputed = await disputeNames(tester, SUBSEQUENT_CONFLICT_WAIT_MS);
        expect(
          disputed.map((names) => names.length),
          'the old name and a new one',
        ).toEqual([2, 2]);
      },
      options,
    );
  }
});
