/** What the tester thinks of a device, as data: nothing found is a test passed. */

export interface Finding {
  /** The test or condition of Apple's outline that tells: `II.4`, `G-3`. */
  readonly id: string;
  /** A test with a FAIL is failed; one with a WARN is passed, but not clean. */
  readonly verdict: 'FAIL' | 'WARN';
  readonly what: string;
  /** Whether a busy machine may be to blame. */
  readonly isTiming?: true;
}

export function fail(id: string, what: string): Finding {
  return { id, verdict: 'FAIL', what };
}

export function warn(id: string, what: string): Finding {
  return { id, verdict: 'WARN', what };
}

/** Marks what a busy machine may be to blame for. */
export function timing(finding: Finding): Finding {
  return { ...finding, isTiming: true };
}
