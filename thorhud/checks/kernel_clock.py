"""Whether the kernel calls its clock synchronised."""

import ctypes

_UNSYNCHRONISED = 0x0040
"""STA_UNSYNC, set in the status until something disciplines the clock."""
_STRUCT_BYTES = 512
"""struct timex takes 208 bytes on 64-bit Linux; the kernel writes no further."""
_STATUS_AT = 40
"""Offset of ``status`` on 64-bit Linux: modes, offset, freq, maxerror, esterror come before it, eight bytes each."""


def clock_synchronised() -> bool | None:
    """Ask the kernel without changing anything; None where it does not answer."""
    if ctypes.sizeof(ctypes.c_long) != 8:
        return None
    answer = ctypes.create_string_buffer(_STRUCT_BYTES)
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(answer)
    except (OSError, AttributeError):
        return None
    if state < 0:
        return None
    status = int.from_bytes(answer.raw[_STATUS_AT : _STATUS_AT + 4], "little")
    return not status & _UNSYNCHRONISED
