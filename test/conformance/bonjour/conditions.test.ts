/** What holds in all tests (G-1 to G-9), over everything that a device does in its life. */
import { describe, expect } from 'vitest';
import { startService } from '../../support/actions.js';
import { SUBSEQUENT_CONFLICT_WAIT_MS } from './limits.js';
import { claimNames, disputeNames, shortPlan } from './naming.js';
import { askKnowing, askLegacy, askManyShared, askManySimple, askShared, askSimple, askTwice } from './replies.js';
import { bonjour, networks, type Stand } from './stand.js';

describe('conditions', () => {
  for (const [network, options] of networks) {
    bonjour(`BCT G-3 G-4 G-5 G-6 G-7 G-8 G-9 from the first probe to the last answer ${network}`, wholeLife, options);
  }

  bonjour('BCT G-1 UTF-03 every letter that the tester writes is in the other case', wholeLife, {
    random: () => 0.999,
  });

  bonjour('BCT G-2 what other devices say is of no account', async (stand) => {
    const other = stand.world.host('other', { addresses: ['198.18.0.77/24'] });
    startService(other, { name: 'Other', type: 'u' });
    await wholeLife(stand);
    expect(new Set(stand.tester.packets.map(({ from }) => from))).toEqual(new Set(['198.18.0.1', 'tester']));
  });
});

/** Phase II in its order, each test in short. */
async function wholeLife({ tester, powerOn }: Stand): Promise<void> {
  await claimNames(tester, { plan: shortPlan }, powerOn);
  await disputeNames(tester, SUBSEQUENT_CONFLICT_WAIT_MS);
  await tester.wait(SUBSEQUENT_CONFLICT_WAIT_MS);
  await askSimple(tester, 1);
  await askShared(tester, 5);
  await askKnowing(tester, { id: 'II.9' });
  await askKnowing(tester, { id: 'II.10', isDistributed: true });
  await askManySimple(tester);
  await askManyShared(tester, 5);
  await askTwice(tester);
  await askLegacy(tester);
}
