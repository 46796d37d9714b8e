/** Counts of what happened on one link since it was first opened. Owned by its multicast interface. */
export interface LinkCounters {
  received: number;
  /** Bytes of the datagrams that other hosts sent. */
  receivedBytes: number;
  sent: number;
  /** Datagrams that could not be sent. */
  unsent: number;
  /** Datagrams that could not be read, or not completely. */
  malformed: number;
  /** Datagrams that RFC 6762 says to ignore: with errors, with other opcodes, or from outside the link. */
  ignored: number;
  /** Datagrams that were not decoded: they have no name of our records, open questions or cached records. */
  irrelevant: number;
  /** Of these, responses that were decoded later, when a question was opened that they may answer. */
  readLater: number;
  /** Datagrams that were dropped unread: more arrived from their source, or from all sources, than can be processed. */
  throttled: number;
  /**
   * Records in other datagrams that were not decoded: already known, or irrelevant while the cache has no room for
   * such.
   */
  skipped: number;
  /** Responses that renewed cached records without being decoded: the same bytes were received before. */
  repeated: number;
  /** Address records that were not cached, since no host can have such an address: 0.0.0.0, loopback and the like. */
  unusable: number;
  /** Questions that had to wait, because they exceeded the budget: the bytes that were received recently. */
  heldBack: number;
  /** How often the socket was opened. */
  opened: number;
}

export function newCounters(): LinkCounters {
  return {
    received: 0,
    receivedBytes: 0,
    sent: 0,
    unsent: 0,
    malformed: 0,
    ignored: 0,
    irrelevant: 0,
    readLater: 0,
    throttled: 0,
    skipped: 0,
    repeated: 0,
    unusable: 0,
    heldBack: 0,
    opened: 0,
  };
}
