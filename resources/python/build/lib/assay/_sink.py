"""The log file itself: whole lines, appended, kept until the disk takes them."""

from __future__ import annotations

import os
from collections import deque
from typing import Deque, Optional

WRITE_LIMIT = 1 << 20
KEEP_LIMIT = 50 * 1000 * 1000

_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)


class LogFile:
    """An append-only file of lines that may be shared with other processes. Not thread-safe: its owner locks."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lost_lines = 0
        self._descriptor: Optional[int] = None
        self._waiting: Deque[bytes] = deque()
        self._waiting_bytes = 0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, lines: bytes) -> None:
        """Queue whole lines; beyond :data:`KEEP_LIMIT` bytes the oldest are dropped and counted."""
        for piece in _pieces(lines):
            self._waiting.append(piece)
            self._waiting_bytes += len(piece)
        while self._waiting_bytes > KEEP_LIMIT and len(self._waiting) > 1:
            dropped = self._waiting.popleft()
            self._waiting_bytes -= len(dropped)
            self.lost_lines += dropped.count(b"\n") - dropped.startswith(b"\n")

    def drain(self) -> None:
        """Write everything queued. Raises OSError; what was not written stays queued."""
        while self._waiting:
            descriptor = self._open()
            piece = self._waiting[0]
            try:
                written = os.write(descriptor, piece)
            except OSError:
                self.close()
                raise
            rest = unwritten(piece, written)
            self._waiting_bytes -= len(piece) - len(rest)
            if rest:
                self._waiting[0] = rest
            else:
                self._waiting.popleft()

    def close(self) -> None:
        """Let go of the file; the next :meth:`drain` opens it again."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            try:
                os.close(descriptor)
            except OSError:
                pass

    def forget(self) -> None:
        """Drop what is queued without writing it: in a forked child it is the parent's to write."""
        self._waiting.clear()
        self._waiting_bytes = 0
        self.close()

    def _open(self) -> int:
        if self._descriptor is not None:
            if os.fstat(self._descriptor).st_nlink:
                return self._descriptor
            # The folder was deleted under us: writing on would succeed and reach nobody.
            self.close()
        descriptor = os.open(self.path, _FLAGS, 0o666)
        self._descriptor = descriptor
        if os.fstat(descriptor).st_size and not self._waiting[0].startswith(b"\n"):
            # Another writer may have died inside a line; ours must not be glued to it.
            self._waiting[0] = b"\n" + self._waiting[0]
            self._waiting_bytes += 1
        return descriptor


def unwritten(piece: bytes, written: int) -> bytes:
    """What to write after only ``written`` bytes of ``piece`` were taken: a torn line is written again as a whole."""
    if written >= len(piece):
        return b""
    if written == 0 or piece[written:written + 1] == b"\n":
        # Nothing is torn: in the second case only the end of a complete line is missing.
        return piece[written:]
    start = piece.rfind(b"\n", 0, written) + 1
    return piece[written:] if start == written else b"\n" + piece[start:]


def _pieces(lines: bytes) -> Deque[bytes]:
    pieces: Deque[bytes] = deque()
    start = 0
    while start < len(lines):
        end = len(lines)
        if end - start > WRITE_LIMIT:
            end = lines.rfind(b"\n", start, start + WRITE_LIMIT) + 1
            if end <= start:
                # One line longer than the limit still goes out in one write.
                end = lines.find(b"\n", start) + 1 or len(lines)
        pieces.append(lines[start:end])
        start = end
    return pieces
