"""Publishes one service with python-zeroconf until it is told to stop, then says goodbye.

SIGUSR1 adds `updated=1` to its TXT record.
"""

import signal
import threading

from zeroconf import ServiceInfo

import common

parser = common.arguments()
parser.add_argument("--host", required=True, help="first label of the host name")
parser.add_argument("--address", action="append", required=True, help="of the host, to be published")
parser.add_argument("name")
parser.add_argument("type")
parser.add_argument("port", type=int)
parser.add_argument("txt", nargs="*", help="key=value, or key alone")
args = parser.parse_args()

stopped = common.stop_signal()
update = threading.Event()
signal.signal(signal.SIGUSR1, lambda *_: update.set())
properties = {key: value if equals else None for key, equals, value in (each.partition("=") for each in args.txt)}


def describe(name: str) -> ServiceInfo:
    return ServiceInfo(
        type_,
        name,
        port=args.port,
        properties=properties,
        server=f"{args.host}.local.",
        parsed_addresses=args.address,
    )


type_ = f"{args.type}.local."
zeroconf = common.start(args)
service = describe(f"{args.name}.{type_}")
zeroconf.register_service(service, allow_name_change=True)
common.say("registered", name=service.name[: -len(f".{type_}")], type=args.type)
while not stopped.wait(0.05):
    if update.is_set():
        update.clear()
        properties["updated"] = "1"
        zeroconf.update_service(describe(service.name))
zeroconf.close()
