"""Asks one legacy question (RFC 6762 section 6.7): multicast, from an ephemeral port, once. Prints the reply as JSON.

Uses python-zeroconf to write the question and to read the reply, and a socket of its own.
"""

import json
import socket

from zeroconf import DNSIncoming, DNSOutgoing, DNSQuestion

import common

QUERY_ID = 0x1234
CLASS_IN = 1

parser = common.arguments()
parser.add_argument("name")
parser.add_argument("type", type=int)
args = parser.parse_args()

query = DNSOutgoing(0, multicast=False)
query.id = QUERY_ID
query.add_question(DNSQuestion(f"{args.name}.", args.type, CLASS_IN))
if args.ipv4:
    asker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(args.ipv4))
    group: tuple = ("224.0.0.251", 5353)
else:
    asker = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    group = ("ff02::fb", 5353, 0, socket.if_nametoindex(args.ipv6))
asker.settimeout(3)
asker.sendto(query.packets()[0], group)
data, (address, port, *_) = asker.recvfrom(9000)
reply = DNSIncoming(data)
print(
    json.dumps(
        {
            "from": address.split("%")[0],
            "port": port,
            "id": reply.id,
            "questions": [question.name.rstrip(".") for question in reply.questions],
            "answers": [
                {"name": record.name.rstrip("."), "type": record.type, "ttl": record.ttl, "flush": record.unique}
                for record in reply.answers
            ],
        }
    ),
    flush=True,
)
