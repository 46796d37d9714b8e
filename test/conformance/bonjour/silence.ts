/** Whether a device is quiet when nobody asks it anything (III.4). */
import { recordKey } from '../../../src/protocol/record.js';
import { type Finding, fail } from './findings.js';
import {
  ANNOUNCING_MS,
  CHATTINESS_LIMIT_MS,
  FIRST_ANNOUNCEMENT_GAP_MS,
  MAX_ANNOUNCEMENTS,
  SILENCE_MS,
} from './limits.js';
import type { Device } from './tester.js';
import type { Observed } from './wire.js';

/** Clocks drift, and so does what one sees of them. */
const TOLERANCE = 0.99;

/** Judges what a device multicast from when it was switched on until `end`, while nobody asked. */
export function judgeSilence(packets: readonly Observed[], device: Device, end: number): Finding[] {
  const said = packets.filter(({ from, message }) => from === device.address && message.response);
  const start = said[0]?.time ?? 0;
  const atFirst = said.filter(({ time }) => time - start <= ANNOUNCING_MS);
  const keys = new Set(atFirst.flatMap(({ message }) => message.answers.map(recordKey)));
  const series = [...keys].map((key) =>
    atFirst.filter(({ message }) => message.answers.some((each) => recordKey(each) === key)).map(({ time }) => time),
  );
  const later = said.map(({ time }) => time).filter((time) => time - start > ANNOUNCING_MS);
  return [...series.flatMap(judgeSeries), ...judgeLater([start + ANNOUNCING_MS, ...later, end])];
}

/** The announcements of one record. */
function judgeSeries(times: readonly number[]): Finding[] {
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  const [first = Infinity] = gaps;
  const isDoubling = gaps.every((gap, i) => i === 0 || gap >= 2 * TOLERANCE * (gaps[i - 1] ?? 0));
  return [
    ...(times.length > MAX_ANNOUNCEMENTS ? [fail('III.4', `${times.length} announcements`)] : []),
    ...(first < FIRST_ANNOUNCEMENT_GAP_MS ? [fail('III.4', `announced again after ${first.toFixed(1)} ms`)] : []),
    ...(isDoubling ? [] : [fail('III.4', `the gaps between announcements do not double: ${gaps.join(', ')} ms`)]),
  ];
}

/** From the end of the announcements on there has to be one long silence within a day. */
function judgeLater([start = 0, ...times]: readonly number[]): Finding[] {
  const all = [start, ...times];
  const isSilent = all.some(
    (time, i) => i > 0 && time - (all[i - 1] ?? 0) >= SILENCE_MS && (all[i - 1] ?? 0) - start <= CHATTINESS_LIMIT_MS,
  );
  return isSilent ? [] : [fail('III.4', 'no four hours of silence within a day')];
}
