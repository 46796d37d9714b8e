"""Asks for one address of a host with python-zeroconf, and prints it; prints nothing after 3 s without an answer."""

import ipaddress
import time

from zeroconf import DNSAddress, DNSOutgoing, DNSQuestion

import common

CLASS_IN = 1
TYPES = {"ipv4": 1, "ipv6": 28}

parser = common.arguments()
parser.add_argument("host")
parser.add_argument("family", choices=TYPES)
args = parser.parse_args()

zeroconf = common.start(args)
question = DNSQuestion(f"{args.host}.", TYPES[args.family], CLASS_IN)
until = time.monotonic() + 3
asked_at = 0.0
answers: list = []
while not answers and time.monotonic() < until:
    if time.monotonic() - asked_at > 1:
        asked_at = time.monotonic()
        query = DNSOutgoing(0)
        query.add_question(question)
        zeroconf.send(query)
    time.sleep(0.05)
    found = zeroconf.cache.get_all_by_details(question.name, question.type, CLASS_IN)
    answers = [record for record in found if isinstance(record, DNSAddress)]
for record in answers[:1]:
    print(ipaddress.ip_address(record.address), flush=True)
zeroconf.close()
