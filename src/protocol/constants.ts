/**
 * The numbers of the RFCs, each once: durations have their unit in the name, sizes are in bytes, shares are fractions
 * of 1. Sections without an RFC are those of RFC 6762.
 */

// The group and the port (sections 3 and 11)
export const IPV4_GROUP = '224.0.0.251';
export const IPV6_GROUP = 'ff02::fb';
export const MDNS_PORT = 5353;
export const IP_TTL = 255;

// Names and messages (appendix C; sections 6.1, 17 and 18.12)
export const MAX_LABEL_BYTES = 63;
/** On the wire, without the final zero byte (appendix C). */
export const MAX_NAME_BYTES = 255;
/** IP and UDP headers included (section 17). */
export const MAX_PACKET_BYTES = 9000;
/** The smallest packets that a link with IPv6 may have (RFC 8200 section 5). */
export const MIN_IPV6_MTU = 1280;
export const IPV4_UDP_HEADER_BYTES = 28;
export const IPV6_UDP_HEADER_BYTES = 48;
/** The highest type for which the bitmap of an NSEC record has a bit (section 6.1). */
export const MAX_NSEC_TYPE = 255;
/** The Internet class, the only one that mDNS uses (section 18.12). */
export const CLASS_IN = 1;
/** The class of questions that matches every class (section 6). */
export const CLASS_ANY = 255;

// Unicast DNS (RFC 1035, RFC 2136, RFC 6891)
export const DNS_PORT = 53;
/** What the length before a message over TCP can express (RFC 1035 section 4.2.2). */
export const MAX_DNS_MESSAGE_BYTES = 65_535;
/** The UDP payload for a client that does not say what it can take (RFC 1035 section 4.2.1). */
export const PLAIN_UDP_BYTES = 512;
/** The UDP payload that passes every link without fragments: the minimum MTU of IPv6 less the headers (RFC 9715). */
export const EDNS_UDP_BYTES = 1232;
/** TTLs from here on count as 0 (RFC 2181 section 8). */
export const FIRST_INVALID_TTL = 2 ** 31;
/** The class of a prerequisite or deletion that no record matches (RFC 2136 section 1.3). */
export const CLASS_NONE = 254;
/** Response codes (RFC 1035 section 4.1.1, RFC 2136 section 2.2). */
export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
} as const;

// Asking (section 5.2)
export const FIRST_QUERY_MIN_DELAY_MS = 20;
export const FIRST_QUERY_MAX_DELAY_MS = 120;
/** Between the first and the second query; each later gap is at least twice the one before. */
export const FIRST_QUERY_GAP_MS = 1000;
export const MAX_QUERY_GAP_MS = 3_600_000;
/** When a wanted record is queried again, as shares of its TTL. */
export const REFRESH_POINTS = [0.8, 0.85, 0.9, 0.95] as const;
/** A random share of the TTL, up to this, is added to each refresh point. */
export const REFRESH_JITTER = 0.02;

// Unicast responses (sections 5.4 and 11)
/**
 * A unicast question is answered by multicast when the record was last multicast longer ago than this share of its TTL.
 */
export const MULTICAST_INSTEAD_TTL_SHARE = 1 / 4;
/** How long after a "QU" question unicast responses to it count. */
export const UNICAST_RESPONSE_WINDOW_MS = 2000;

// Answering (sections 6, 6.3, 6.4, 6.7 and 7.2)
export const SHARED_RESPONSE_MIN_DELAY_MS = 20;
export const SHARED_RESPONSE_MAX_DELAY_MS = 120;
/** When the query says that more known answers follow. */
export const TRUNCATED_MIN_DELAY_MS = 400;
export const TRUNCATED_MAX_DELAY_MS = 500;
/** How much longer an answer may wait to be sent together with a later one (section 6.4). */
export const AGGREGATION_MAX_HOLD_MS = 500;
/** Between two multicasts of one record (section 6). */
export const MULTICAST_GAP_MS = 1000;
/** The same in defence against a probe (section 6). */
export const DEFENCE_GAP_MS = 250;
export const LEGACY_MAX_TTL_SECONDS = 10;
/** A known answer suppresses ours from this share of our TTL on (section 7.1). */
export const KNOWN_ANSWER_TTL_SHARE = 1 / 2;

// Probing and conflicts (sections 8.1, 8.2 and 9)
export const PROBE_MAX_INITIAL_DELAY_MS = 250;
export const PROBE_COUNT = 3;
/** Between probes, and from the last one until the name is claimed. */
export const PROBE_GAP_MS = 250;
/** The pause after a lost tie-break, before the same name is probed again (section 8.2). */
export const TIE_BREAK_DEFERRAL_MS = 1000;
/** After this number of conflicts within the window, every further attempt must wait (section 8.1). */
export const CONFLICT_LIMIT = 15;
export const CONFLICT_WINDOW_MS = 10_000;
export const CONFLICT_HOLD_OFF_MS = 5000;
/** A search for a free name that takes longer is reported to the user (section 9). */
export const NAME_SEARCH_REPORT_MS = 60_000;

// Announcing and updating (sections 8.3 and 8.4)
export const MIN_ANNOUNCEMENTS = 2;
export const MAX_ANNOUNCEMENTS = 8;
/** Between the first and the second announcement; each later gap is twice the one before. */
export const FIRST_ANNOUNCEMENT_GAP_MS = 1000;
export const MAX_UPDATES = 10;
export const UPDATE_WINDOW_MS = 60_000;

// Lifetimes and cache coherency (sections 10 to 10.5)
/** For records with a host name as owner or in their data. */
export const HOST_TTL_SECONDS = 120;
/** For all other records: the longest TTL that is recommended. */
export const OTHER_TTL_SECONDS = 4500;
/**
 * A goodbye is repeated after this time (sections 8.3 and 10.1): a peer that misses it keeps the record for 75 minutes.
 */
export const GOODBYE_REPEAT_MS = 1000;
/** How long a record is kept after its goodbye (section 10.1). */
export const GOODBYE_GRACE_MS = 1000;
/** Records received within this time are not flushed, and flushed records stay for this time (section 10.2). */
export const FLUSH_GRACE_MS = 1000;
/** A doubted record is removed unless it is confirmed within this time (section 10.4). */
export const RECONFIRM_MS = 10_000;
/** After two unanswered queries of other hosts within this time a record is removed (section 10.5). */
export const FAILURE_WINDOW_MS = 10_000;

// DNS-SD (RFC 6763 sections 6 and 7.2; RFC 6335 section 5.1)
export const MAX_TXT_STRING_BYTES = 255;
/** More than this is not recommended (RFC 6763 section 6.2). */
export const ADVISED_TXT_BYTES = 1300;
/** What fits into the largest packet beside any name (RFC 6763 section 6.1). */
export const MAX_TXT_BYTES = 8600;
/** Longer TXT keys are discouraged (RFC 6763 section 6.4). */
export const ADVISED_TXT_KEY_BYTES = 9;
/** Without the underscore (RFC 6335 section 5.1). */
export const MAX_SERVICE_NAME_BYTES = 15;

// DNS UPDATE (RFC 2136 section 1.3)
export const OPCODE_UPDATE = 5;

// Transaction signatures (RFC 8945 sections 3, 4.2 and 10)
export const TSIG_ERRORS = { BADSIG: 16, BADKEY: 17, BADTIME: 18, BADTRUNC: 22 } as const;
/** How far the clocks of the two sides may differ. */
export const TSIG_FUDGE_SECONDS = 300;

// Leases of registrations (RFC 9664 section 4)
export const UPDATE_LEASE_OPTION = 2;
