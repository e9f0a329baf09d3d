"""Become a command in a network of its own with nothing but loopback: own_network.py COMMAND...

The workshop's containers use the host's network and port 8000. In here the port is free, and there is no way out: what would
ask a hub for a model fails.
"""

import ctypes
import fcntl
import os
import socket
import struct
import sys

CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS = 0x8913, 0x8914
IFF_UP = 1


def main(command: list[str]) -> None:
    """Leave the machine's network, switch loopback on, and become *command*."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"cannot make a network of its own: {os.strerror(number)}")
    switch_loopback_on()
    os.execvp(command[0], command)  # noqa: S606 - no shell is wanted


def switch_loopback_on() -> None:
    """Do what `ip link set lo up` does, without needing the program."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(control, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))


if __name__ == "__main__":
    main(sys.argv[1:])
