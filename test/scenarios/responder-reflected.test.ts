/** Our own packets, said again by somebody else: reflectors, repeaters, proxies that are slow (traps ). */
import { describe, expect } from 'vitest';
import { encodeMessage } from '../../src/protocol/wire/encode.js';
import { startService } from '../support/actions.js';
import { ptr, question } from '../support/records.js';
import { scenarioForSeeds } from '../support/scenario.js';
import { QUIET, type TestPeer, type World } from '../support/world.js';

const HOST = 'h1.local';
const TYPE = '_t._tcp.local';

describe('reflectors', () => {
  for (const delayMs of [0, 3, 400, 2_000]) {
    scenarioForSeeds(
      `CNF-02 TIE-05 A-01 whatever we say is said again ${delayMs} ms later: no rename, no storm`,
      3,
      (world) => {
        const h1 = world.host('h1');
        reflects(world, world.peer(), delayMs);
        const published = startService(h1);
        world.advance(60_000);
        published.update({ txt: ['a=2'] });
        world.advance(60_000);
        published.update({ txt: ['a=3'], port: 9 });
        world.advance(200);
        published.update({ txt: ['a=4'] });
        world.advance(120_000);
        expect([h1.mdns.hostname, published.name]).toEqual([HOST, 'I']);
        expect(h1.sent().length).toBeLessThanOrEqual(60);
        const quiet = world.now;
        world.advance(3_600_000);
        expect(h1.sent({ since: quiet })).toEqual([]);
      },
    );
  }

  scenarioForSeeds(
    'GBY-01 GBY-03 CNF-07 what has been withdrawn or renamed stays so, however often others repeat it',
    3,
    (world) => {
      const h1 = world.host('h1');
      const peer = world.peer();
      reflects(world, peer, 1_500);
      const [gone, renamed] = [startService(h1), startService(h1, { name: 'J' })];
      world.advance(QUIET);
      void gone.withdraw();
      renamed.update({ name: 'K' });
      world.advance(60_000);
      const at = world.now;
      for (const target of [`I.${TYPE}`, `J.${TYPE}`]) peer.say([ptr(TYPE, target)]);
      peer.ask({ questions: [question(TYPE, 'PTR')] });
      world.advance(QUIET);
      const answers = h1.sent({ since: at, kind: 'response' }).flatMap(({ message }) => message.answers);
      expect(answers).toEqual([ptr(TYPE, `K.${TYPE}`)]);
      expect(renamed.name).toBe('K');
    },
  );
});

/** Makes a peer repeat all that goes to the group, in other bytes: letters of the owner names change their case. */
function reflects(world: World, peer: TestPeer, delayMs: number): void {
  peer.onHeard(({ message, toGroup }) => {
    if (!toGroup) return;
    const shout = <T extends { readonly name: string }>(things: readonly T[]): T[] =>
      things.map((thing) => ({ ...thing, name: thing.name.toUpperCase() }));
    const { questions, answers, authorities, additionals } = message;
    const bytes = encodeMessage({
      ...message,
      questions: shout(questions),
      answers: shout(answers),
      authorities: shout(authorities),
      additionals: shout(additionals),
    });
    world.clock.setTimeout(() => peer.send(bytes), delayMs);
  });
}
