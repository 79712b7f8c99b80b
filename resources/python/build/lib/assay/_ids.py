"""Run ids."""

from __future__ import annotations

import os
import time


def new_id() -> str:
    """A UUIDv7 as 32 lower-case hex digits: ids sort by the millisecond they were made in."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (random >> 62 & 0xFFF) << 64
    value |= 0b10 << 62 | random & (1 << 62) - 1
    return f"{value:032x}"


def short_token() -> str:
    """Eight random hex digits, so that processes writing into one folder do not meet on a name."""
    return os.urandom(4).hex()
