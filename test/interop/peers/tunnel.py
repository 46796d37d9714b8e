"""A tunnel between two network namespaces, until it is told to stop: `tunnel.py <path> <path>`; each gets an end, tun0."""

import ctypes
import fcntl
import os
import select
import struct
import sys

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000

libc = ctypes.CDLL(None, use_errno=True)


def end_in(namespace: str) -> int:
    with open(namespace) as target:
        if libc.setns(target.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")
    end = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH22x", b"tun0", IFF_TUN | IFF_NO_PI))
    return end


one, other = (end_in(namespace) for namespace in sys.argv[1:])
across = {one: other, other: one}
print("made", flush=True)
while True:
    for end in select.select(list(across), [], [])[0]:
        try:
            os.write(across[end], os.read(end, 65536))
        except OSError:
            # The other end is down: what was sent is lost.
            pass
