"""python-zeroconf as a contender; see say.mjs for what it is asked, and prints."""

import json
import signal
import socket
import sys
import threading
import time

from zeroconf import ServiceBrowser, ServiceInfo, ServiceStateChange, Zeroconf

role, count, address = sys.argv[1], int(sys.argv[2]), sys.argv[3]
up: set = set()
found = threading.Event()


def say(event: str, **more: object) -> None:
    print(json.dumps({"event": event, **more}), flush=True)


def changed(zeroconf, service_type, name, state_change) -> None:
    if state_change is ServiceStateChange.Removed:
        up.discard(name)
        return
    if name in up or zeroconf.get_service_info(service_type, name) is None:
        return
    up.add(name)
    if len(up) >= count and not found.is_set():
        found.set()
        say("found", count=count, seconds=time.monotonic() - began)


def own(number: int) -> ServiceInfo:
    type_ = "_own._tcp.local."
    addresses = [socket.inet_aton(address)]
    return ServiceInfo(type_, f"Own {number}.{type_}", port=1 + number, server="zeroconf.local.", addresses=addresses)


zeroconf = Zeroconf(interfaces=[address])
signal.signal(signal.SIGUSR2, lambda *_: say("state", up=len(up)))
if role == "answer":
    for number in range(count):
        zeroconf.register_service(own(number), cooperating_responders=True)
    say("ready")
else:
    time.sleep(1)
    began = time.monotonic()
    browser = ServiceBrowser(zeroconf, "_http._tcp.local.", handlers=[changed])
while True:
    signal.pause()
