/**
 * The tests of Apple's Bonjour Conformance Test, phases II and III, as our own suite has them, cited in titles as `BCT II.1`, and
 * the conditions that hold during all of them.
 */

export interface AppleTest {
  readonly id: string;
  readonly title: string;
}

const list = `
II.1 Initial probing
II.2 Probe denials
II.2b Simultaneous probe, which we lose
II.3 Rate limiting
II.4 Simultaneous probe, which we win
II.5 Probing and announcing of services
II.6 Subsequent conflict
II.7 Simple responses
II.8 Timing of shared responses
II.9 Duplicate suppression
II.10 Distributed duplicate suppression
II.11 Several questions: simple responses
II.12 Several questions: timing of shared responses
II.13 Several questions: duplicate suppression
II.14 Several questions: distributed duplicate suppression
II.15 Aggregation of responses
II.16 Manual change of the name
II.17 Hot-plugging
III.1 Link-local device, routable tester
III.2 Routable device, link-local tester
III.3 Unicast interoperability
III.4 Chattiness
III.5 IP TTL
G-1 Any letter may be in the other case
G-2 Only what the device itself sends counts
G-3 Announced SRV and address records have the cache-flush bit
G-4 Records proposed in probes do not have it
G-5 Unique answers have it
G-6 Announced PTR records do not have it
G-7 No record is twice in a packet
G-8 Additional records are there where they are needed
G-9 Names of address records have letters, digits and hyphens
G-10 Names with a dot, which confuse the original
`;

export const appleTests: readonly AppleTest[] = list
  .trim()
  .split('\n')
  .map((line) => {
    const space = line.indexOf(' ');
    return { id: line.slice(0, space), title: line.slice(space + 1) };
  });
