"""What the python-zeroconf peers share: where to speak, and how to write a line."""

import argparse
import json
import signal
import socket
import threading

from zeroconf import IPVersion, Zeroconf


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ipv4", metavar="ADDRESS", help="speak IPv4, from this address")
    parser.add_argument("--ipv6", metavar="INTERFACE", help="speak IPv6, on this interface")
    return parser


def start(args: argparse.Namespace) -> Zeroconf:
    """Zeroconf on exactly the interface and families that were asked for."""
    interfaces: list = [args.ipv4] if args.ipv4 else []
    if args.ipv6:
        interfaces.append(socket.if_nametoindex(args.ipv6))
    versions = {
        (True, True): IPVersion.All,
        (True, False): IPVersion.V4Only,
        (False, True): IPVersion.V6Only,
    }
    return Zeroconf(interfaces=interfaces, ip_version=versions[bool(args.ipv4), bool(args.ipv6)])


def stop_signal() -> threading.Event:
    """An event that SIGINT and SIGTERM set."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def say(event: str, **more: object) -> None:
    print(json.dumps({"event": event, **more}), flush=True)


def sighting(info) -> dict:
    """A resolved service in the form in which `mdns-actors --json` prints it."""
    return {
        "host": info.server.rstrip("."),
        "port": info.port,
        "txt": {key.decode(): True if value is None else value.decode() for key, value in info.properties.items()},
        "addresses": [
            {"address": address.split("%")[0], "family": "ipv6" if ":" in address else "ipv4"}
            for address in info.parsed_addresses()
        ],
    }
