/** Where the RFCs are silent or implementations went wrong before: what we decided, with the ids that test titles cite. */

export interface Trap {
  readonly id: string;
  readonly decision: string;
}

const list = `
A-01 Our own packets come back: they are known by their content, never by their source address.
A-02 Losing a tie-break is no conflict: wait a second, probe for the same name again, rename on a response alone.
A-03 Only proposed records for a name that we probe for make a contest.
A-04 Names in data are expanded and keep their case in a tie-break; owner names are compared without case.
A-05 Record sets are compared as sorted lists, duplicates dropped.
A-06 Any type is a conflict while probing, the same type afterwards; NSEC never is.
A-07 The same data, goodbyes, and what we sent a moment ago are no conflict.
A-08 A denial without the cache-flush bit is one all the same.
A-09 Nothing counts during a pause before probing, whatever the pause is for.
A-10 One packet is one conflict, on several links too; pauses are counted from now.
A-11 Service names are probed for while the host name is not settled.
A-12 What is not yet claimed is mute, and nothing points to it.
A-13 One response is enough to rename; there is no second chance for multicast ones.
A-14 Probes may come without QU: then the 250 ms rule counts.
A-15 The next probe is timed from when the last one left.
A-16 Defence waits for nothing.
A-17 The same name twice in one process: the second publication gets another name.
A-18 Announcements are not subject to the rate limit.
A-19 The rate limit is per record and link, additional records included, and puts off.
A-20 120 and 4500 s unless the user wants otherwise; half a TTL is half of our own.
A-21 A goodbye after a rename has the name that peers have cached.
A-22 Addresses stay while a service needs them; somebody else's goodbye for our record is contradicted.
A-23 Goodbyes are not subject to the rate limit, and end answers and defence.
A-24 The cache-flush bit goes by the kind of record set, not by the kind of message.
A-25 No periodic announcements unless the user asks for them.
A-26 A changed address has the whole host announced: no goodbye, no probe, no rename.
A-27 ANY gets all records of the name, NSEC apart; a shared one among them has all delayed.
A-28 No delay for one question with unique answers only.
A-29 A denial asked for is an answer, one that goes along an additional record.
A-30 NSEC lists the types at that name on that link, HINFO included.
A-31 NSEC denies SRV at a host and A at an instance as well.
A-32 Whether QU is answered by unicast depends on the record's last multicast, whatever that was.
A-33 QU and legacy questions say nothing about who is silent, and silence nobody.
A-34 Legacy queries are told by their port alone, sent by unicast or not.
A-35 Sources are checked for queries to our own address only.
A-36 Known answers count in legacy queries; TC does not.
A-37 Askers by unicast and by multicast of one record get one multicast response.
A-38 A host finds what it publishes itself, once.
A-39 A known answer of exactly half the TTL suppresses, one of 0 s does not.
A-40 Nothing is learnt from queries but that somebody asked.
A-41 Truncated queries are kept by link and source address, in bounded number.
A-42 An answer is struck only when nobody else waits for it.
A-43 The wait for further packets is limited.
A-44 Our own question, come back, does not silence us.
A-45 Unique records as known answers are honoured.
A-46 Case is kept on the wire and ignored in comparison.
A-47 The second of the cache-flush rule counts from when each record was last heard.
A-48 Flushing is per name, type, class and link.
A-49 A goodbye with the cache-flush bit flushes no siblings.
A-50 A second goodbye does not prolong a life.
A-51 A record that is rescued makes no event.
A-52 Records that age together are asked for together.
A-53 An address beats a denial, and a denial ends addresses.
A-54 Doubt does not cascade.
A-55 A cable that is out for two seconds is not noticed.
A-56 SRV targets are compressed, except in legacy replies.
A-57 255 bytes and the root.
A-58 Pointers do not change the case of a name.
A-59 Names are not dotted text inside.
A-60 EDNS options are tolerated.
A-61 A truncated response counts as far as it goes, a truncated query not at all.
A-62 Renaming cuts names between characters.
A-63 The interface of arrival is told by the source address.
A-64 Group sockets tell multicast from unicast.
A-65 Beside another responder nothing is asked by QU.
A-66 One trial bind at the start tells whether the port is taken.
A-67 Both hop limits are set.
A-68 Groups are joined once per interface.
A-69 A fault of one interface stays there; lists are polled, sleep is noticed by the clock.
A-70 Own data from another own interface is no conflict.
A-71 Link-local addresses carry their scope and stay on their link.
A-72 Time is monotonic, chance uniform.
A-73 Closing waits for the goodbyes, for a limited time.
A-74 Loopback of multicast stays on.
A-75 The default host name is not that of the system.
A-76 Point-to-point links and container bridges are used by choice only.
A-77 Gaps double.
A-78 Two announcements.
A-79 Which interfaces are used is our policy.
A-80 10 ms are kept on virtual time.
A-81 A lost link leads to probing, a new address to announcing.
A-82 Who never answers probes leaves us the name.
A-83 Goodbyes include subtypes, enumeration does not.
A-84 Errata were not at hand.
`;

export const traps: readonly Trap[] = list
  .trim()
  .split('\n')
  .map((line) => ({ id: line.slice(0, 4), decision: line.slice(5) }));
