/** When a registrar asks the server again. */
import { REFRESH_POINTS } from '../constants.js';
import type { RefusalCode } from './outcome.js';

/** A lease is renewed when this share of it has passed, like records that are asked for again. */
const [RENEWAL_SHARE] = REFRESH_POINTS;
/** How often the zone is compared with what it should have, where the server grants no lease: our choice. */
const CHECK_MS = 15 * 60_000;
/** A random share of the interval, by which it is shortened, so that services that start together do not stay so. */
const JITTER = 0.1;

const FIRST_RETRY_MS = 1_000;
/** A server that refuses needs another configuration. */
const FIRST_RETRY_AFTER_REFUSAL_MS = 15_000;
const MAX_RETRY_MS = 300_000;
const TEMPORARY: readonly RefusalCode[] = ['SERVFAIL', 'unanswered', 'unsigned'];

/** @param random uniform in [0, 1) */
export function renewalMs(leaseSeconds: number | undefined, random: number): number {
  const interval = leaseSeconds === undefined ? CHECK_MS : leaseSeconds * 1000 * RENEWAL_SHARE;
  return interval * (1 - JITTER * random);
}

/** @param failures how many attempts in a row had failed before this one */
export function retryMs(code: RefusalCode, failures: number, random: number): number {
  const first = TEMPORARY.includes(code) ? FIRST_RETRY_MS : FIRST_RETRY_AFTER_REFUSAL_MS;
  return Math.min(MAX_RETRY_MS, first * 2 ** Math.min(failures, 16)) * (1 - JITTER * random);
}
