/** The table of a claim's probes. */
import { describe, expect, it } from 'vitest';
import {
  isToBeSent,
  type ProbeEvent,
  type ProbeState,
  probeLife,
  stateAfter,
} from '../../../src/protocol/claim/probe-life.js';
import { PROBE_COUNT } from '../../../src/protocol/constants.js';

function follow(state: ProbeState, ...events: ProbeEvent[]): ProbeState[] {
  const states = [state];
  for (const event of events) states.push(stateAfter(states.at(-1) ?? state, event));
  return states;
}

describe('the life of a claim', () => {
  it('PRB-03 has three probes and a gap after each', () => {
    const rounds = Array<readonly ProbeEvent[]>(PROBE_COUNT).fill(['sent', 'due']).flat();
    const states = follow('waiting', 'begun', ...rounds);
    expect(states).toEqual(['waiting', 'due1', 'gap1', 'due2', 'gap2', 'due3', 'gap3', 'over']);
    expect(states.filter(isToBeSent)).toEqual(['due1', 'due2', 'due3']);
    expect(states.map((state) => probeLife.states[state].probe)).toEqual([undefined, 1, 1, 2, 2, 3, 3, undefined]);
  });

  it('is over when it has waited for nothing but a time', () => {
    expect(stateAfter('waiting', 'due')).toBe('over');
  });

  it('goes nowhere by an event that it does not wait for', () => {
    expect([
      stateAfter('due2', 'due'),
      stateAfter('gap2', 'sent'),
      stateAfter('waiting', 'sent'),
      stateAfter('gap1', 'begun'),
    ]).toEqual(['due2', 'gap2', 'waiting', 'gap1']);
  });
});
