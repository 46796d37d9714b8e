/** What the device answers, and when. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/net/simulated/index.js';
import { SHARED_SAMPLES } from './limits.js';
import {
  askEverything,
  askKnowing,
  askLegacy,
  askManyShared,
  askManySimple,
  askShared,
  askSimple,
  askTwice,
} from './replies.js';
import { judgeSpread } from './spread.js';
import { bonjour, networks } from './stand.js';

describe('answers', () => {
  for (const [network, options] of networks) {
    bonjour(
      `BCT II.7 RSP-05 simple response verification ${network}`,
      async (stand) => {
        stand.settle();
        await askSimple(stand.tester, 3);
      },
      options,
    );

    for (const [id, isDistributed, others] of [
      ['II.9 KAS-01 KAS-02', false, false],
      ['II.10 TC-02', true, false],
      ['II.13 KAS-01 KAS-02', false, true],
      ['II.14 TC-02', true, true],
    ] as const) {
      const how = `${isDistributed ? 'distributed ' : ''}duplicate suppression${others ? ', several questions' : ''}`;
      bonjour(
        `BCT ${id} ${how} ${network}`,
        async (stand) => {
          stand.settle();
          const { tester } = stand;
          const asked = others ? ([[tester.instance, 'SRV']] as const) : [];
          await askKnowing(tester, { id: id.split(' ')[0] ?? '', isDistributed, others: asked });
        },
        options,
      );
    }

    bonjour(
      `BCT II.15 RSP-15 reply aggregation ${network}`,
      async (stand) => {
        stand.settle();
        for (let i = 0; i < 5; i++) await askTwice(stand.tester);
      },
      options,
    );

    bonjour(
      `BCT III.3 LEG-01 LEG-02 LEG-03 unicast interoperability ${network}`,
      async (stand) => {
        stand.settle();
        await askLegacy(stand.tester);
      },
      options,
    );
  }

  bonjour('BCT II.8 RSP-06 shared reply timing: 100 answers, evenly spread', async (stand) => {
    stand.settle();
    const delays = await askShared(stand.tester, SHARED_SAMPLES);
    expect(delays).toHaveLength(SHARED_SAMPLES);
    stand.tester.note(...judgeSpread('II.8', delays));
  });

  bonjour('BCT II.11 RSP-08 simple response verification, several questions', async (stand) => {
    stand.settle();
    await askManySimple(stand.tester);
  });

  bonjour('BCT II.12 RSP-08 shared reply timing, several questions', async (stand) => {
    stand.settle();
    await askManyShared(stand.tester, 20);
  });

  for (const [id, what, addresses, testerAddress] of [
    ['III.1', 'a link-local device, a routable tester', ['169.254.7.8/16'], '17.2.3.4'],
    ['III.2', 'a routable device, a link-local tester', ['17.1.1.1/24'], '169.254.7.8'],
  ] as const) {
    bonjour(
      `BCT ${id} SRC-02 ${what}`,
      async (stand) => {
        stand.settle();
        await askEverything(stand.tester, id);
      },
      { addresses, testerAddress },
    );
  }
});

describe('the spread of shared answers', () => {
  // So the delays stay as the RFC has them, uniform and independent, and a hundred of them are judged.
  it('BCT II.8 ten answers are too few: delays as they should be draw the warning in two runs of five', () => {
    const random = seededRandom(1);
    const isWarned = (samples: number) =>
      judgeSpread(
        'II.8',
        Array.from({ length: samples }, () => 20 + 100 * random()),
      ).length > 0;
    const rate = (samples: number) =>
      Array.from({ length: 2_000 }, () => isWarned(samples)).filter(Boolean).length / 2_000;
    expect(rate(10)).toBeGreaterThan(0.36);
    expect(rate(10)).toBeLessThan(0.44);
    expect(rate(100)).toBeLessThan(0.002);
  });
});
