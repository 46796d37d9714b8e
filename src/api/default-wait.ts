/** How long promises wait for answers if the caller does not say, in milliseconds. */
export const DEFAULT_WAIT_MS = 3_000;
