/** What it takes to hear 10,000 responses of ten records, 1,000 a second from one host, while 1,000 services are up. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Measure } from './measure.js';
import { Stage } from './stage.js';
import type { Row } from './table.js';

const SERVICES = 1_000;
const PACKETS = 10_000;
const PER_SECOND = 1_000;
const DEADLINE = 60_000;

/** Known names are what multicast-dns may be compared with: it decodes all, and does nothing else. */
const goals = { known: 1, unbrowsed: 0.5, 'known-shuffled': 2, 'unbrowsed-shuffled': 1, invented: 2.2 };
type Kind = keyof typeof goals;
const texts: Readonly<Record<Kind, string>> = {
  known: 'flood of known services',
  unbrowsed: 'flood of a type not browsed',
  'known-shuffled': 'flood of known services, shuffled',
  'unbrowsed-shuffled': 'flood of a type not browsed, shuffled',
  invented: 'flood of 100,000 names without services',
};

export const floods: readonly Measure[] = (Object.keys(goals) as Kind[]).map((kind) => ({
  section: 'flood',
  rows: rowsOf(kind),
  needs: 'hear',
  run: (contender) =>
    Stage.with(contender, 'browse', SERVICES, async (stage) => {
      await stage.contender.found(DEADLINE);
      return flood(stage, kind);
    }),
}));

function rowsOf(kind: Kind): readonly Row[] {
  const what = texts[kind];
  return [
    { what, unit: 'CPU s', goal: { ratio: goals[kind], of: 'multicast-dns' } },
    // By then most of the code is compiled.
    { what: `${what}: its second half`, unit: 'CPU s', beside: 'multicast-dns' },
    { what: `${what}: loop delay`, unit: 'ms' },
    ...(kind === 'invented' ? [{ what: `${what}: memory`, unit: 'MiB' }] : []),
  ];
}

async function flood(stage: Stage, kind: Kind): Promise<readonly (number | undefined)[]> {
  await sleep(1_000);
  const before = { cpu: stage.cpu(), dropped: stage.dropped(), ...(await stage.state()) };
  const program = stage.start('flood.ts', kind, PACKETS, PER_SECOND);
  await program.until('half', () => program.lines.find((line) => line.includes('"half"')), DEADLINE);
  const half = stage.cpu();
  await program.ended(DEADLINE);
  await sleep(1_000);
  const after = { cpu: stage.cpu(), dropped: stage.dropped(), ...(await stage.state()) };
  if (!program.lines.some((line) => line.includes('"flooded"'))) throw new Error(`no flood: ${program.transcript()}`);
  const reasons = [
    because(after.dropped - before.dropped, 'dropped in its socket'),
    because((after.throttled ?? 0) - (before.throttled ?? 0), 'thrown away unread'),
    because(Math.abs(SERVICES - (after.up ?? SERVICES)), 'services are not up afterwards'),
  ].filter((reason) => reason !== undefined);
  if (reasons.length > 0) throw new Error(`${texts[kind]}: ${reasons.join(', ')}`);
  return [after.cpu - before.cpu, after.cpu - half, after.delay, stage.memory()];
}

function because(count: number, what: string): string | undefined {
  return count === 0 ? undefined : `${count.toLocaleString('en')} ${what}`;
}
