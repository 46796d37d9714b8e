/** Questions to unicast DNS servers. */
import { CLASS_IN, EDNS_UDP_BYTES } from '../constants.js';
import type { QuestionKey, ResourceRecord } from '../record.js';
import { encodeUnicast } from '../wire/unicast.js';

/** Says which size of UDP messages we can take (RFC 6891 section 6.2.3). */
const edns: ResourceRecord = {
  name: '.',
  type: 'OPT',
  class: EDNS_UDP_BYTES,
  cacheFlush: false,
  ttl: 0,
  rdata: new Uint8Array(0),
};

/** A query for one question. The network gives it its id. */
export function queryFor({ name, type }: Pick<QuestionKey, 'name' | 'type'>): Uint8Array {
  return encodeUnicast({
    id: 0,
    response: false,
    opcode: 0,
    rcode: 0,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    questions: [{ name, type, class: CLASS_IN, unicastResponse: false }],
    answers: [],
    authorities: [],
    additionals: [edns],
  });
}
