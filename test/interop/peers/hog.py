"""Holds UDP port 5353 for itself alone, until it is told to stop."""

import signal
import socket

hog = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
hog.bind(("", 5353))
print("held", flush=True)
signal.pause()
