/** Peers that answer for fixed records, as Avahi does: an alias answers whatever is asked for. */
import type { ResourceRecord } from '../../src/protocol/record.js';
import { INSTANCE, TYPE } from './peer-service.js';
import { ptr, srv, txt } from './records.js';
import type { TestPeer } from './world.js';

export { address, cname, srv } from './records.js';

/** A service of the host `p.local`, without its addresses. */
export const all: readonly ResourceRecord[] = [ptr(TYPE, INSTANCE), srv(INSTANCE, 'p.local', 80), txt(INSTANCE)];

/** The peer answers questions with those of the records that match. */
export function told(peer: TestPeer, records: readonly ResourceRecord[]): void {
  peer.onHeard(({ message }) => {
    if (message.response || message.authorities.length > 0) return;
    const answers = records.filter((record) =>
      message.questions.some(
        ({ name, type }) => name === record.name && (type === record.type || type === 'ANY' || record.type === 'CNAME'),
      ),
    );
    if (answers.length > 0) peer.say(answers);
  });
}
