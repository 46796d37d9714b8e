"""Publishes many services with python-zeroconf at once, until it is told to stop, then says goodbye for all of them.

SIGUSR1 adds `updated=1` to the TXT record of the first. Lifetimes are the caller's choice, so that a host that dies without a
word can be seen to expire.
"""

import asyncio
import signal

from zeroconf import IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

import common

parser = common.arguments()
parser.add_argument("--host", required=True, help="first label of the host name")
parser.add_argument("--address", action="append", required=True, help="of the host, to be published")
parser.add_argument("--ttl", type=int, default=120, help="seconds, of all records")
parser.add_argument("type")
parser.add_argument("count", type=int)
args = parser.parse_args()

type_ = f"{args.type}.local."


def describe(number: int, properties: dict) -> ServiceInfo:
    return ServiceInfo(
        type_,
        f"Member {number}.{type_}",
        port=10_000 + number,
        properties={"number": str(number), **properties},
        server=f"{args.host}.local.",
        parsed_addresses=args.address,
        host_ttl=args.ttl,
        other_ttl=args.ttl,
    )


async def main() -> None:
    loop = asyncio.get_running_loop()
    stopped, update = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    loop.add_signal_handler(signal.SIGUSR1, update.set)
    zeroconf = AsyncZeroconf(interfaces=[args.ipv4], ip_version=IPVersion.V4Only)
    services = [describe(number, {}) for number in range(args.count)]
    # The names are nobody else's: there is no need to probe for them.
    tasks = [await zeroconf.async_register_service(each, cooperating_responders=True) for each in services]
    await asyncio.gather(*tasks)
    common.say("registered", count=len(services))
    while not stopped.is_set():
        if update.is_set():
            update.clear()
            await (await zeroconf.async_update_service(describe(0, {"updated": "1"})))
            common.say("updated")
        await asyncio.sleep(0.05)
    await zeroconf.async_unregister_all_services()
    await zeroconf.async_close()


asyncio.run(main())
