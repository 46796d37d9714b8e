"""Asks for a service again and again, and probes for its name as a rival does (RFC 6762 section 8.1), in turns.

Prints how many milliseconds each answer took, or null if there was none in time. A second passes between two of them, since a
record is multicast once a second at most (section 6). Uses python-zeroconf to write and to read, and a socket of its own.
"""

import socket
import struct
import time

from zeroconf import DNSIncoming, DNSOutgoing, DNSQuestion, DNSService

import common

GROUP, PORT = "224.0.0.251", 5353
CLASS_IN, TYPE_SRV, TYPE_ANY = 1, 33, 255
TTL = 120
# Seconds. A browser that hears nothing for so long asks again or gives up.
PATIENCE = 1.13
INTERVAL = 1.4

parser = common.arguments()
parser.add_argument("name", help="full name of the service")
parser.add_argument("rounds", type=int)
args = parser.parse_args()

asker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
asker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
asker.bind(("", PORT))
own = socket.inet_aton(args.ipv4)
asker.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack("4s4s", socket.inet_aton(GROUP), own))
asker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
asker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)


def message(is_probe: bool) -> bytes:
    query = DNSOutgoing(0)
    query.add_question(DNSQuestion(f"{args.name}.", TYPE_ANY if is_probe else TYPE_SRV, CLASS_IN))
    if is_probe:
        rival = DNSService(f"{args.name}.", TYPE_SRV, CLASS_IN, TTL, 0, 0, 81, "rival.local.")
        query.add_authorative_answer(rival)
    return query.packets()[0]


def has_answer(packet: bytes) -> bool:
    heard = DNSIncoming(packet)
    if not heard.is_response():
        return False
    return any(isinstance(each, DNSService) and each.name.rstrip(".") == args.name for each in heard.answers)


def milliseconds_until_answered(query: bytes) -> float | None:
    asked = time.monotonic()
    asker.sendto(query, (GROUP, PORT))
    while (left := asked + PATIENCE - time.monotonic()) > 0:
        asker.settimeout(left)
        try:
            if has_answer(asker.recv(9000)):
                return 1000 * (time.monotonic() - asked)
        except TimeoutError:
            break
    return None


for turn in range(2 * args.rounds):
    is_probe = turn % 2 == 1
    begun = time.monotonic()
    common.say("defended" if is_probe else "answered", ms=milliseconds_until_answered(message(is_probe)))
    # What was heard meanwhile, such as an answer that came too late, is none of the next turn.
    while (left := begun + INTERVAL - time.monotonic()) > 0:
        asker.settimeout(left)
        try:
            asker.recv(9000)
        except TimeoutError:
            break
