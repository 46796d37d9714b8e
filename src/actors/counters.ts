/** What happened on one link since it was first opened. Kept by its multicast interface; peers' mistakes are values here. */
export interface LinkCounters {
  received: number;
  /** Bytes of the datagrams that others sent. */
  receivedBytes: number;
  sent: number;
  /** Datagrams that could not be sent. */
  unsent: number;
  /** Datagrams with parts that could not be read. */
  malformed: number;
  /** Datagrams that RFC 6762 tells to ignore: errors, other operations, from beyond the link. */
  ignored: number;
  /** Datagrams that were not decoded: nothing in them concerns our records, open questions or cached names. */
  irrelevant: number;
  /** Datagrams that were dropped unread: more came from their source, or from all sources, than can be dealt with. */
  throttled: number;
  /** Records of other datagrams that were not decoded: known, or of no concern while there is no room for such. */
  skipped: number;
  /** Address records that were left out of the cache, since no host can have such an address: 0.0.0.0, loopback and the like. */
  unusable: number;
  /** Questions that had to wait, since they would have been more than others sent us lately gave reason for. */
  heldBack: number;
  /** Times the socket was opened. */
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
    throttled: 0,
    skipped: 0,
    unusable: 0,
    heldBack: 0,
    opened: 0,
  };
}
