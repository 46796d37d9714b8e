/**
 * The limits of Apple's Bonjour Conformance Test, each with where it is from: the outline of version 1.2.8, or what people
 * report of 1.5.1 to 1.5.4. Where they differ the stricter one is here. Milliseconds, seconds and shares of 1, as the names say.
 */

/** II.4: least gap between two probes; 1.5.4 wants 95 % of 250 ms, 1.2.8 was content with 150 ms. */
export const MIN_PROBE_GAP_MS = 237;
export const PROBES = 3;

/** II.2b (1.5.4): a device that loses a tie-break waits for so long before it probes for the same name (RFC 6762 section 8.2). */
export const DEFERRAL_MS = 1_000;

/** II.3: from this try on a device is slowed down. */
export const FREE_TRIES = 15;
/** II.3: no two slowed-down tries are closer than this. */
export const MIN_TRY_GAP_MS = 1_000;
/** II.3: RFC 6762 section 8.1 wants this much, so less is a warning here. */
export const RFC_TRY_GAP_MS = 5_000;
/** II.3: how long a device may take to have a name after the last denial: hold-off, random delay, probing, and some room. */
export const SETTLE_WARN_MS = 7_000;
/** II.3: the tester has given up on devices that took 77 s (1.5.4); the limit itself is not known. */
export const SETTLE_FAIL_MS = 30_000;

/** II.6: how long the tester waits before it contradicts a device that has settled. */
export const SUBSEQUENT_CONFLICT_WAIT_MS = 10_000;

/** II.7: answers to questions for unique records. */
export const SIMPLE_WARN_MS = 10;
/** II.7 to II.14: later than this is no answer. */
export const ANSWER_LIMIT_MS = 750;

/** II.8: answers with shared records. Outside of the first range FAIL, outside of the second WARN. */
export const SHARED_FAIL_MS = [10, ANSWER_LIMIT_MS] as const;
export const SHARED_WARN_MS = [20, 125] as const;
/** II.8: what each quarter of the range may hold of all answers. */
export const QUARTER_SHARE = [0.05, 0.45] as const;
/** II.8: the outline speaks of 10 queries and of 100 replies. See `spread.test.ts` for why it is the second here. */
export const SHARED_SAMPLES = 100;

/** II.17: how long the cable is out. */
export const CABLE_OUT_MS = 10_000;

/** III.4: announcements at start, and in what time. */
export const MAX_ANNOUNCEMENTS = 10;
export const ANNOUNCING_MS = 1_024_000;
export const FIRST_ANNOUNCEMENT_GAP_MS = 1_000;
/** III.4: within a day there has to be a silence of so long. */
export const SILENCE_MS = 4 * 3_600_000;
export const CHATTINESS_LIMIT_MS = 24 * 3_600_000;

/** III.5: the IP TTL of all packets. */
export const IP_TTL = 255;
/** III.3: seconds; RFC 6762 section 6.7, not of the test itself. */
export const LEGACY_TTL = 10;
