/** Rules beyond loss, duplication, jitter and partitions, which `lan.test.ts` has. */
import { describe, expect, it } from 'vitest';
import { corruption, deaf, mute, reordering, SimulatedLan, seededRandom } from '../../../src/net/simulated/index.js';
import { Station } from './stations.js';

function trio() {
  const lan = new SimulatedLan();
  const [a, b, c] = [1, 2, 3].map((n) => new Station(lan.host(`h${n}`, [`192.0.2.${n}/24`]))) as [
    Station,
    Station,
    Station,
  ];
  lan.clock.advance(0);
  return { lan, a, b, c };
}

describe('rules', () => {
  it('mute hosts hear, and are not heard', () => {
    const { lan, a, b, c } = trio();
    const end = lan.addRule(mute('h1'));
    a.say('a');
    b.say('b');
    lan.clock.advance(1);
    expect([a.heard().sort(), b.heard(), c.heard()]).toEqual([['a', 'b'], ['b'], ['b']]);
    end();
    a.say('a');
    lan.clock.advance(1);
    expect(c.heard()).toEqual(['a']);
  });

  it('deaf hosts are heard, and hear themselves alone', () => {
    const { lan, a, b, c } = trio();
    lan.addReceiverRule(deaf('h1'));
    a.say('a');
    b.say('b');
    lan.clock.advance(1);
    expect([a.heard(), b.heard().sort(), c.heard().sort()]).toEqual([['a'], ['a', 'b'], ['a', 'b']]);
  });

  it('reordering lets later packets overtake, and loses none', () => {
    const { lan, a, b } = trio();
    lan.addRule(reordering(0.5, 10, seededRandom(3)));
    for (let n = 0; n < 20; n += 1) {
      a.say(String(n).padStart(2, '0'));
      lan.clock.advance(1);
    }
    lan.clock.advance(20);
    const heard = b.heard();
    expect([...heard].sort()).toEqual(heard.map((_, n) => String(n).padStart(2, '0')));
    expect(heard).not.toEqual([...heard].sort());
  });

  it('corruption turns over a few bits on the wire, and leaves the sender, its copy and the trace alone', () => {
    const { lan, a, b } = trio();
    lan.addRule(corruption(1, seededRandom(3)));
    a.say('word');
    a.say('');
    lan.clock.advance(1);
    const [damaged, empty] = b.received;
    expect(damaged?.bytes).toHaveLength(4);
    expect(b.heard()[0]).not.toBe('word');
    expect(empty?.bytes).toHaveLength(0);
    expect(a.heard()).toEqual(['word', '']);
    expect(Buffer.from(lan.trace[0]?.bytes ?? []).toString()).toBe('word');
  });
});
