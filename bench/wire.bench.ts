/** Reading and writing messages, beside dns-packet (which multicast-dns and bonjour-service use) and ciao. */
import { DNSPacket } from '@homebridge/ciao/lib/coder/DNSPacket.js';
import dnsPacket from 'dns-packet';
import { decodeMessage } from '../src/protocol/wire/decode.js';
import { encodeMessage } from '../src/protocol/wire/encode.js';
import { microseconds, report } from './measure.js';
import { announcement, asked, responseOf } from './packets.js';

const from = { address: '198.18.0.1', family: 'IPv4', port: 5353 };

function compare(what: string, bytes: Uint8Array): void {
  const buffer = Buffer.from(bytes);
  const ours = decodeMessage(bytes).message;
  if (!ours) throw new Error('cannot be read');
  const theirs = dnsPacket.decode(buffer);
  const ciaos = DNSPacket.decode(from, buffer);
  const sizes = `${bytes.length} bytes; dns-packet writes ${dnsPacket.encode(theirs).length}, ciao ${ciaos.encode().length}`;
  console.log(`${what} (${sizes})`);
  report(
    '  read ',
    microseconds(() => decodeMessage(bytes)),
    {
      'dns-packet': microseconds(() => dnsPacket.decode(buffer)),
      ciao: microseconds(() => DNSPacket.decode(from, buffer)),
    },
  );
  report(
    '  write',
    microseconds(() => encodeMessage(ours)),
    {
      'dns-packet': microseconds(() => dnsPacket.encode(theirs)),
      ciao: microseconds(() => ciaos.encode()),
    },
  );
}

compare('announcement of nine records', encodeMessage(responseOf(announcement(1))));
compare('query of one question', asked('_http._tcp.local', 'PTR'));
