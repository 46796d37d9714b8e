/**
 * What RFC 6762 and RFC 6763 require of this package, in our words, one item per line, with the ids in the titles of tests.
 * `npm run coverage` makes docs/rfc-coverage.md of it.
 */

/** RFC 2119 keywords, their NOT forms included; `rec`: the RFC says so without a keyword; `eng`: our own conclusion. */
export type Level = 'MUST' | 'SHOULD' | 'MAY' | 'rec' | 'eng';

export interface Item {
  readonly id: string;
  /** Of the RFC that the title of the group names, unless it names another one. */
  readonly section: string;
  readonly level: Level;
  /** What it applies to: querier, responder, cache, both, or the API. */
  readonly who: 'Q' | 'R' | 'C' | 'B' | 'A';
  readonly behaviour: string;
  /** Why no test covers it. */
  readonly reason?: string;
}

export interface ItemGroup {
  readonly title: string;
  readonly items: readonly Item[];
}

const table = `
# RFC 6762 sections 2 to 4, 12, 13 and 22: names, zones, reverse mapping
NAM-01 | 3 | MUST | Q | Names below local are looked up by Multicast DNS alone: 224.0.0.251 and ff02::fb, port 5353.
NAM-02 | 3, 13, 22.1 | SHOULD | Q | No multicast for other names unless the user wants it; the six special zones never reach unicast DNS.
NAM-03 | 4 | MUST | Q | Reverse lookups of link-local addresses go to the multicast groups.
NAM-04 | 3, 19, C | MUST | B | A name has at most 255 bytes and the root, a label 1 to 63 bytes; more is refused, written or read.
NAM-05 | 3 | rec | A | A host name is one label below local.
NAM-06 | 2, 3 | MUST | R | Every record set is shared or unique; unique ones are claimed by probing before they are used.
NAM-07 | 12 | rec | B | No SOA, NS, delegation or zone transfer; owning a name implies nothing about names below it.
NAM-08 | 21 | MUST | Q | local is never appended to a name of two labels or more.
NAM-09 | 6.1, 8.1 | SHOULD | R | Reverse mappings of our own addresses are unique, with a TTL of 120 s, and are not probed for.

# RFC 6762 sections 5.1 to 5.3 and 18.1: asking
QRY-01 | 5.1 | MUST | Q | One-shot lookups that do not listen never use source port 5353.
QRY-02 | 5.2 | MUST | Q | Queries are sent from port 5353, and the group is received there.
QRY-03 | 5.2 | SHOULD | Q | The first query of a series waits a random 20 to 120 ms.
QRY-04 | 5.2 | MUST | Q | The second query comes after 1 s or more, and each further gap is at least twice the last.
QRY-05 | 5.2 | MAY | Q | Gaps grow to an hour at most.
QRY-06 | 5.2, 7.1 | MUST | Q | Repeated queries list the known answers.
QRY-07 | 5.2 | rec | Q | An answer does not end a series: others may follow.
QRY-08 | 5.2 | SHOULD | Q | Records that a client wants are queried at 80, 85, 90 and 95 % of their TTL, and removed at 100 %.
QRY-09 | 5.2 | rec | Q | Each of these queries is delayed by a random time of up to 2 %.
QRY-10 | 5.2 | MUST | Q | Records that no client wants are not refreshed.
QRY-11 | 5.2 | SHOULD | Q | A unique answer ends the series; the next query comes when it ages.
QRY-12 | 5.3 | rec | Q | Questions that are due together share a packet.
QRY-13 | 18.1 | SHOULD | Q | All responses are used, whatever their id and whichever host asked.
QRY-14 | 5.2, 18.1 | MAY | C | Records received without a question are cached, and age like the others.

# RFC 6762 sections 5.4, 5.5, 6, 11 and 15.1: unicast responses
QU-01 | 5.4, 18.12 | rec | B | The top bit of a question's class is QU; it applies to one question and is not part of the class.
QU-02 | 5.4 | SHOULD | Q | The first questions after the start, a wake-up or a new link are QU; others are not, except for the last one before a record expires and the second one of a client that waits.
QU-03 | 5.4 | SHOULD | R | A QU question is answered by unicast when the record was multicast in the last quarter of its TTL, otherwise by multicast.
QU-04 | 5.4 | rec | R | A QU probe is always answered by unicast.
QU-05 | 5.4 | rec | R | Unicast responses to port 5353 look like multicast ones: id 0, AA, no question, cache-flush bits, the same delay.
QU-06 | 5.5 | SHOULD | R | A query to one of our own addresses is answered like a QU question when its source is on the link, and ignored otherwise.
QU-07 | 6 | MUST | Q | A unicast response counts only in answer to a QU question of the last 2 s.
QU-08 | 11 | SHOULD | R | A QU question from a foreign subnet is answered by multicast.
QU-09 | 15.1 | rec | Q | When another process shares the port, no QU questions are asked.

# RFC 6762 sections 6 and 6.3 to 6.6: answering
RSP-01 | 6 | MUST | R | Answers have only our own records, never cached ones.
RSP-02 | 6 | MUST | R | A record answers by name, case aside, by type, ANY or being a CNAME, and by class or class ANY.
RSP-03 | 6 | MUST | R | A response is positive or an authoritative denial; RCODE is always 0, shared names are never denied.
RSP-04 | 6 | MUST | B | Multicast responses hold no question; questions in received ones are ignored.
RSP-05 | 6 | SHOULD | R | Unique answers to a single question are sent within 10 ms.
RSP-06 | 6 | SHOULD | R | A response with a shared answer waits a random 20 to 120 ms.
RSP-07 | 6, 7.2 | SHOULD | R | After a truncated query it waits 400 to 500 ms.
RSP-08 | 6.3 | MUST | R | Of several questions each is answered, with the delay of shared answers.
RSP-09 | 6 | MUST | B | Responses are sent from port 5353; those received from another port are dropped.
RSP-10 | 6 | MUST | R | Responses go to the group; by unicast only to QU, legacy and direct queries.
RSP-11 | 6 | MUST | R | No record is multicast twice on a link within 1 s.
RSP-12 | 6 | MUST | R | In defence against a probe, 250 ms are enough.
RSP-13 | 6 | eng | R | An answer that comes too soon is postponed, not lost.
RSP-14 | 6, 8.2 | rec | R | A query is a probe when its authority section has records for its questions, and otherwise an ordinary one.
RSP-15 | 6.4 | SHOULD | R | Waiting answers are collected in one packet for up to 500 ms; the defence of a name does not wait.
RSP-16 | 6, 19 | eng | R | No record is in a packet twice.
ANY-01 | 6.5 | MUST | R | Type or class ANY is answered with all records that match.
COP-01 | 6.6 | rec | R | Different data from another host is normal for shared records, and a conflict for unique ones.
COP-02 | 6.6 | MUST | R | When another host sends a copy of our record with less than half its TTL, we multicast ours.

# RFC 6762 sections 6.1, 6.2 and 6.7: addresses, denials, simple resolvers
ADR-01 | 6.2, 14 | MUST | R | On a link all addresses that are valid there are published, and none of another link.
ADR-02 | 6.2 | SHOULD | R | Addresses of the other family are sent along.
ADR-03 | 6.2, 20 | SHOULD | R | A family that the host does not have is denied along with its addresses; a family that it has is never denied.
ADR-04 | 6.2 | eng | R | Link-local IPv6 addresses are published on their own link only, and given to users with the scope.
ADR-05 | 6.2, 21 | eng | C | Addresses that no host can have are neither cached nor published; a claim to a name with one is still a conflict.
ADR-06 | 6.2, 17 | eng | R | Of its own addresses a host publishes none that is deprecated, tentative or duplicate, and the best of those that fit into a packet.
NEG-01 | 6, 6.1 | MUST | R | A type that one of our names does not have is denied by NSEC, with the timing of unique answers.
NEG-02 | 6.1 | MUST | B | NSEC has the restricted form: own name, block 0, 1 to 32 bytes.
NEG-03 | 6.1 | MUST | R | Its bits are the types at that name on that link, NSEC itself left out.
NEG-04 | 6.1 | SHOULD | R | Its TTL is the one that the missing record would have.
NEG-05 | 6.1 | MUST | R | Only our own names are denied, never those of DNS-SD's PTR records.
NEG-06 | 6.1 | MAY | R | NSEC may be sent along with positive answers.
NEG-07 | 6.1 | MUST | R | If a name has types above 255, no restricted form that omits them is sent.
NEG-08 | 6.1 | MUST | C | An unexpected next name is not an error, and an invalid NSEC affects no other record.
NEG-09 | 6.1 | rec | C | A denial is remembered for its TTL, and lookups end at once.
LEG-01 | 6.7 | MUST | R | A query from another port is replied to directly, from port 5353, with its id and questions.
LEG-02 | 6.7, 10.2 | MUST | R | No cache-flush bit in such replies.
LEG-03 | 6.7 | SHOULD | R | No TTL above 10 s in them.
LEG-04 | 18.14 | MUST | R | No compressed SRV target in them.
LEG-05 | 18.1, 18.5 | rec | R | TC shows that a reply did not fit.

# RFC 6762 section 7: fewer packets
KAS-01 | 7.1 | MUST | R | An answer that the query lists as known, with at least half the TTL left, is not sent.
KAS-02 | 7.1 | MUST | R | With less than half left it is sent.
KAS-03 | 7.1 | SHOULD | Q | Known answers have more than half of their TTL left, and contain the remaining TTL.
KAS-04 | 7.1 | MUST | C | Records that a query lists are not cached.
KAS-05 | 10.2 | MUST | Q | Known answers have no cache-flush bit and are shared records.
KAS-06 | 7.1 | eng | R | They are compared by name, type, class and expanded data, case aside.
TC-01 | 7.2 | MUST | Q | Known answers that do not fit follow at once without questions, TC on all packets but the last.
TC-02 | 7.2, 18.5 | MUST | R | After a truncated query we wait for the rest, which removes answers unless another host needs them.
TC-03 | 7.2 | SHOULD | R | Each further truncated packet restarts the wait.
TC-04 | 15.2 | rec | R | The rest belongs to a query by its source address.
DQS-01 | 7.3 | SHOULD | Q | A question that another host has just asked, with no known answers except ours, need not be asked.
DQS-02 | 7.3 | rec | Q | This does not hold for QU questions, other known answers, and copies of our own packets.
DAS-01 | 7.4 | SHOULD | R | An answer that another host has just sent, with a TTL at least as high, need not be sent.

# RFC 6762 section 8: probing, announcing, updating
PRB-01 | 8 | MUST | R | Start, wake-up and any sign of a new connection cause probing, then announcing, on each link.
PRB-02 | 5, 8.1 | MUST | R | Unique names are probed for: type ANY, class IN, QU, several names in a packet.
PRB-03 | 8.1 | rec | R | A random 0 to 250 ms, three probes 250 ms apart, 250 ms more.
PRB-04 | 8.2, 10.2 | rec | R | Probes propose all unique records of their names, without the cache-flush bit.
PRB-05 | 8.1 | MUST | R | The cache is not consulted for probing.
PRB-06 | 8.1 | MUST | R | A host that answers a probe with other data keeps the name, and we choose another.
PRB-07 | 8.1 | MUST | R | Responses before the first probe do not count.
PRB-08 | 8.1 | MUST | R | While probing, a record of any type at the name is a conflict, except for our own data and goodbyes.
PRB-09 | 8.1 | MUST | R | After 15 conflicts in 10 s each further attempt waits 5 s.
PRB-10 | 8.1 | SHOULD | R | Names that are unique by other means are not probed for.
PRB-11 | 6, 8.1 | SHOULD | R | A probe for one of our names is answered at once, by unicast when it is QU.
PRB-12 | 2, 5, 8.1 | MUST | R | Names that are not yet claimed are neither answered nor denied nor referred to.
TIE-01 | 8.2 | rec | R | A contest needs proposed records for a name that we probe for.
TIE-02 | 8.2 | MUST | R | Class, then type, then data are compared, as unsigned bytes with expanded names.
TIE-03 | 8.2.1 | rec | R | Sorted sets are compared record by record; the set with more records left wins, equal sets are not a conflict.
TIE-04 | 8.2 | rec | R | The later data wins; the loser waits 1 s and probes for the same name again.
TIE-05 | 8.2 | rec | R | A copy of our own older probe causes a pause, but not the loss of the name.
ANN-01 | 8.3 | MUST | R | After probing all new records are multicast as answers, unique ones with the cache-flush bit.
ANN-02 | 8.3 | MUST | R | Two to eight times, 1 s apart, then with doubling gaps.
ANN-03 | 8.3 | MUST | R | Never without a change.
UPD-01 | 8.4 | MUST | R | Changed data is announced again, without probing.
UPD-02 | 8.4 | MUST | R | Shared records that change are withdrawn first; unique ones need not be.
UPD-03 | 8.4 | SHOULD | R | No more than ten updates a minute.

# RFC 6762 sections 9 and 10: conflicts, TTLs, coherency
CNF-01 | 8.3, 9 | MUST | R | Other data for one of our unique records, in any section of a response, causes probing for the same name.
CNF-02 | 9 | rec | R | The same data is not a conflict, wherever it comes from.
CNF-03 | 3, 9 | MUST | R | The loser gives the name up, the winner keeps and announces it.
CNF-04 | 9 | rec | R | A new name has a number that counts up, in 63 bytes of whole characters, until one is free.
CNF-05 | 9 | rec | A | The new name is reported to users, who can use it after the next start.
CNF-06 | 9 | rec | A | A minute without a free name is reported as an error; the search goes on.
CNF-07 | 9, 10.1 | eng | R | Records that point to a lost name are changed to the new one.
TTL-01 | 10 | SHOULD | R | 120 s for records with a host name.
TTL-02 | 10 | rec | R | 4500 s for all others.
GBY-01 | 10.1 | SHOULD | R | Withdrawn records are multicast with TTL 0.
GBY-02 | 10.1 | SHOULD | C | A goodbye takes effect after 1 s, unless the record is received again before.
GBY-03 | 10.1 | eng | R | No goodbye for a record that was never announced; after a goodbye neither answers nor defence; the rate limit loses none.
CFL-01 | 10.2 | rec | C | A record with the cache-flush bit removes older ones of its set, 1 s later.
CFL-02 | 10.2 | rec | C | Those received in the last second stay.
CFL-03 | 10.2 | MUST | R | A unique set is always sent whole, with the cache-flush bit on each record.
CFL-04 | 10.2 | MUST | R | No cache-flush bit on shared records, known answers and legacy replies.
CFL-05 | 10.2 | rec | C | The bit is not part of the class.
CFL-06 | 10.2 | rec | B | The class of OPT is a size; OPT, TSIG and SIG(0) are not cached.
CFL-07 | 10.2 | MUST | R | A host that was off the link probes before announcing.
CFL-08 | 10.2 | eng | C | A flush never extends a lifetime.
TOP-01 | 10.3 | rec | C | The records of a lost link are kept for a few seconds at most; other links are not affected.
RCF-01 | 10.4 | MUST | C | A record that a client doubts is queried twice, and removed after 10 s without an answer.
POO-01 | 10.5 | SHOULD | C | A record that others query in vain, twice within 10 s, is removed.
POO-02 | 10.5 | SHOULD | C | It is not queried by us for this.

# RFC 6762 sections 11, 14, 15 and 20: links, interfaces, neighbours on the host
SRC-01 | 11 | SHOULD | R | All packets are sent with an IP TTL or hop limit of 255.
SRC-02 | 11 | MUST | Q | A multicast response is accepted wherever it comes from.
SRC-03 | 11 | MUST | Q | A unicast response is accepted only from an address on the link.
IFC-01 | 14 | SHOULD | R | The host name is defended on every link; a conflict on one renames the host.
IFC-02 | 14 | rec | A | Users can ask on one interface, and answers show their interface; caches are separate.
IFC-03 | 14 | rec | R | Two of our links on one network cause neither conflicts nor a storm.
IFC-04 | 20 | eng | B | Interfaces are used and released one by one, in both families.
SMH-01 | 15.1 | SHOULD | B | Port 5353 is shared, so that several responders on a host receive everything.
SMH-02 | 15.1 | rec | Q | It is noticed when another process already has the port.
SMH-03 | 15.3, 15.4 | rec | A | All clients of one engine share sockets, cache and questions.
V6-01 | 20 | rec | R | A host with both families denies neither, whichever socket sends the packet.

# RFC 6762 sections 16 to 18 and 21: encoding, size, header, compression, security
UTF-01 | 16 | MUST | B | Names are composed UTF-8, never Punycode.
UTF-02 | 16 | MUST | B | There is no byte order mark: U+FEFF is a character.
UTF-03 | 16 | rec | B | Only A to Z and a to z are equal.
SIZ-01 | 17 | rec | B | Packets fit the MTU.
SIZ-02 | 17 | MUST | B | Only a record that does not fit is sent in a larger packet, alone, up to 9000 bytes with headers.
SIZ-03 | 17 | eng | B | 9000 bytes can be read; long lists are split, and additional records are omitted first.
HDR-01 | 18.1 | MUST | B | The id is 0, except in legacy replies, and ignored in responses.
HDR-02 | 18.2 | MUST | B | QR is 0 in queries and 1 in responses.
HDR-03 | 18.3 | MUST | B | OPCODE is 0; messages with another are ignored.
HDR-04 | 18.4 | MUST | B | AA is 0 in queries and 1 in responses, and ignored.
HDR-05 | 18.5 | MUST | B | TC is 0 in multicast responses and ignored there.
HDR-06 | 18.6 to 18.10 | MUST | B | RD, RA, Z, AD and CD are 0 and ignored.
HDR-07 | 18.11 | MUST | B | RCODE is 0; messages with another are ignored.
HDR-08 | 18.12, 18.13, 22 | rec | B | The top bit of a class is QU or cache-flush; classes end at 32767.
CMP-01 | 18.14 | SHOULD | B | Owner names are compressed in all sections.
CMP-02 | 18.14 | SHOULD | B | Names in data are compressed for the types that the RFC lists and for no others.
CMP-03 | 18.14 | MUST | B | Compressed names are understood, in data too.
CMP-04 | RFC 1035 4.1.4 | eng | B | Pointers go backwards; loops and other label kinds are refused without side effects.
SEC-01 | 21 | rec | A | Multicast DNS is not to be trusted: said in the documentation. No privileges are needed. | Nothing to run: README says it. That port 5353 needs no privileges is a fact of the system.
SEC-02 | 6, 21 | eng | C | Caches, queues and timers are bounded, whatever peers send.
SEC-03 | 6.1, 18 | eng | B | Invalid data affects only itself, and nothing throws.

# RFC 6763 sections 4, 5 and 10: instance names, PTR, SRV
SIN-01 | 4.1 | rec | B | Browsing asks for PTR; the instance is the first label of what it points to.
SIN-02 | 4.1.1 | MUST | B | Instance names are any UTF-8 of up to 63 bytes without control characters.
SIN-03 | 4.1.1 | SHOULD | A | Users choose the name; a default is sensible, without serial numbers and the like.
SIN-04 | 4.3 | MUST | A | Dots and backslashes in labels survive being joined and taken apart.
SIN-05 | 4.2 | rec | Q | An answer may be of another service type or domain than was asked for; users see the label.
PSR-01 | 4, 5, 6 | MUST | R | A service has PTR, SRV and TXT records, TXT even when it is empty.
PSR-02 | 5 | SHOULD | R | Priority 0, weight 0, the real port, a target with addresses.
PSR-03 | 5 | MUST | Q | The lowest priority first, equal ones at random by weight.
PSR-04 | 5, 12 | rec | Q | Port and host are looked up at each use; only the name is kept.

# RFC 6763 section 6: TXT
TXT-01 | 6.1 | MUST | R | No TXT record is of zero length: without data it is one empty string.
TXT-02 | 6.1 | MUST | Q | An empty string, no bytes and no record all mean no attributes.
TXT-03 | 6.1, 6.2 | SHOULD | R | Strings have up to 255 bytes; large records are warned of or refused.
TXT-04 | 6.3 | MUST | R | Port and host are not attributes; unknown ones are ignored.
TXT-05 | 6.4 | MUST | B | Keys are printable ASCII without the equals sign, and not empty.
TXT-06 | 6.4 | rec | B | Keys are compared without case; case and order are kept.
TXT-07 | 6.4 | MUST | Q | Of equal keys the first one is used.
TXT-08 | 6.4, 6.5 | rec | B | Absent, present, empty and given values are distinguished; values are any bytes.
TXT-09 | 6.7, 6.8 | SHOULD | Q | The meaning of txtvers is left to clients; several TXT records are legal.

# RFC 6763 sections 7 and 8, RFC 6335 section 5: service names, subtypes, flagship names
SVC-01 | 7; RFC 6335 5.1 | MUST | B | A service name has 1 to 15 letters, digits and single inner hyphens, with a letter among them.
SVC-02 | 4.1.2, 7 | rec | B | It is followed by _tcp or _udp.
SVC-03 | RFC 6335 5.2 | SHOULD | A | Odd names that others use can be browsed for, though not published.
SUB-01 | 7.1 | rec | R | Each subtype adds a PTR record to the same instance.
SUB-02 | 7.1, 7.2 | rec | B | Its label may be any bytes, with or without an underscore.
SUB-03 | 7.1, 9 | rec | R | Subtypes are not among the enumerated types.
FLG-01 | 8 | MUST | R | A flagship placeholder is an SRV record of port 0 at the real host, probed for, without PTR.

# RFC 6763 sections 9, 11 and 12: enumeration, additional records
ENU-01 | 9 | rec | R | The service types can be enumerated: a shared PTR record for each.
ENU-02 | 9, 10.1 | eng | R | It is published with the first instance of a type and withdrawn with the last.
ENU-03 | 9 | rec | Q | Only the first two labels of its target are used.
ENU-04 | 8, 9 | eng | R | A host without services defends its name and does not answer about types.
DOM-01 | 11 | rec | Q | Domains are enumerated by PTR of b, db, r, dr and lb.
DOM-02 | 11 | SHOULD | Q | Not by names formed from link-local addresses.
DOM-03 | 11 | eng | R | By default such questions are not answered.
ADD-01 | 12.1 | SHOULD | R | The SRV and TXT records and the addresses of the host are sent with a PTR record.
ADD-02 | 12.2 to 12.4 | SHOULD | R | Addresses are sent with SRV records, and nothing with TXT records.
ADD-03 | 12 | MUST | Q | Records that were not sent along are queried.
ADD-04 | 7.1, 12, 17 | eng | R | Additional records never displace an answer or have a packet of their own, add a bounded number of packets, and are omitted when their answer is.

# RFC 6763 section 10, and the unicast DNS that it is made of
UNI-01 | 10 | rec | Q | What is in a domain of unicast DNS is browsed and resolved there, and nothing about it is multicast.
UNI-02 | RFC 6762 22.1 | SHOULD | Q | Names below "local" are not asked of unicast DNS.
UNI-03 | RFC 5452 9.1 | MUST | Q | A reply counts if id, question, address and port match those of the query.
UNI-04 | RFC 5452 9.2 | MUST | Q | Each query has an id that cannot be guessed, and a port of its own.
UNI-05 | RFC 2181 9 | SHOULD | Q | A truncated reply is dropped, and asked for over TCP (RFC 7766 section 5).
UNI-06 | RFC 2308 5 | MUST | Q | That there is no record holds for the lower of the TTL of the SOA record and its last field.
UNI-07 | RFC 2181 5.2, 8 | MUST | Q | A set has its lowest TTL; a TTL with the top bit is 0.
UNI-08 | RFC 5452 6 | SHOULD | Q | Only records of the asked name, and of names in the domain, are taken.
UNI-09 | RFC 6891 6.2.3 | MUST | Q | A query says how long a UDP reply may be; a longer one is truncated, not cut into fragments.

# RFC 2136: DNS UPDATE
DYN-01 | 2.3 | MUST | Q | The zone section has one SOA of the zone that is changed.
DYN-02 | 2.4, 2.5 | MUST | Q | Prerequisites and updates have the class, type, TTL and rdata that say what they mean.
DYN-03 | 2.4.2 | MUST | Q | What is replaced is named in full as a prerequisite: all records of its name and type.
DYN-04 | 3.4 | eng | Q | Changes happen as a whole, so a crash or a lost reply leaves nothing half done.
DYN-05 | 2.2, 3.8 | rec | Q | Each RCODE has a meaning for the client; it is reported with what to do.
DYN-07 | 4.1, 4.3 | SHOULD | Q | Updates go to the primary that the SOA record of the zone names.
DYN-06 | 2.5.2 to 2.5.4 | MUST | Q | Sets and names are removed in class ANY, single records in class NONE.

# RFC 8945: transaction signatures
TSG-01 | 4.3.3 | MUST | B | The MAC covers names in lower case and uncompressed; names of keys compare without case.
TSG-02 | 5.1 | MUST | Q | The TSIG record is the last of the message, and counted.
TSG-03 | 4.3.1, 5.3 | MUST | Q | The MAC of a reply covers that of its request; a reply with another MAC is discarded.
TSG-04 | 5.3.2, 5.4.1 | SHOULD | Q | NOTAUTH with BADSIG or BADKEY is read as an error, although it is not signed.
TSG-05 | 5.4.1 | MUST | Q | An unsigned reply to a signed request is discarded.
TSG-06 | 5.2.3, 10 | MUST | Q | A time that is off by more than the fudge, 300 s, makes a message stale.
TSG-07 | 5.2.3, 5.4 | MUST | Q | BADTIME is signed, and has the time of the server.
`;

/** In the order of the RFCs. */
export const itemGroups: readonly ItemGroup[] = table
  .trim()
  .split('\n\n')
  .map((paragraph) => {
    const [title = '', ...lines] = paragraph.split('\n');
    return { title: title.replace('# ', ''), items: lines.map(readItem) };
  });

export const items: readonly Item[] = itemGroups.flatMap((group) => group.items);

function readItem(line: string): Item {
  const [id = '', section = '', level = '', who = '', behaviour = '', reason] = line.split(' | ');
  return { id, section, level: level as Level, who: who as Item['who'], behaviour, ...(reason && { reason }) };
}
