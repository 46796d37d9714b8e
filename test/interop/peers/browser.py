"""Prints what python-zeroconf sees of a service type, or of the types when none is named: one JSON object per line."""

import time

from zeroconf import ServiceBrowser, ServiceStateChange, ZeroconfServiceTypes

import common

parser = common.arguments()
parser.add_argument("type", nargs="?")
args = parser.parse_args()


def changed(zeroconf, service_type, name, state_change) -> None:
    label = name[: -len(f".{base}")]
    if state_change is ServiceStateChange.Removed:
        common.say("down", name=label, type=base[: -len(".local.")])
        return
    info = zeroconf.get_service_info(service_type, name, timeout=4000)
    if info is None:
        common.say("unresolved", name=label)
        return
    event = "up" if state_change is ServiceStateChange.Added else "changed"
    common.say(event, name=label, type=base[: -len(".local.")], **common.sighting(info))


stopped = common.stop_signal()
zeroconf = common.start(args)
if args.type:
    # Instances of a subtype are named by the type alone (RFC 6763 section 7.1).
    base = args.type.split("._sub.")[-1] + ".local."
    ServiceBrowser(zeroconf, f"{args.type}.local.", handlers=[changed])
    stopped.wait()
else:
    while not stopped.is_set():
        for found in ZeroconfServiceTypes.find(zc=zeroconf, timeout=1):
            common.say("up", name=found.rstrip("."), type=found.rstrip("."))
        time.sleep(0.1)
zeroconf.close()
