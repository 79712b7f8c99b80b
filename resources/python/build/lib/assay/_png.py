"""PNG files from arrays, with nothing but zlib."""

from __future__ import annotations

import math
import struct
import zlib
from typing import Any, List, Optional, Tuple

_COLOUR_TYPES = {1: 0, 3: 2, 4: 6}


def encode_png(pixels: Any) -> bytes:
    """A PNG of an array, tensor or nested list of shape H×W, H×W×1, H×W×3 or H×W×4.

    Integers are taken as 0…255, floats as 0…1; both are clamped, not-a-number is black. Raises TypeError or
    ValueError for other shapes.
    """
    rows, width, channels = _rows(pixels)
    raw = b"".join(b"\0" + row for row in rows)
    header = struct.pack(">IIBBBBB", width, len(rows), 8, _COLOUR_TYPES[channels], 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header)
            + _chunk(b"IDAT", zlib.compress(raw, 6)) + _chunk(b"IEND", b""))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _rows(pixels: Any) -> Tuple[List[bytes], int, int]:
    for method in ("detach", "cpu", "numpy"):
        # A PyTorch tensor must leave its graph and its device before anything can be read from it.
        step = getattr(pixels, method, None)
        if callable(step):
            pixels = step()
    quick = _byte_rows(pixels)
    if quick:
        return quick
    nested = pixels.tolist() if hasattr(pixels, "tolist") else pixels
    if not isinstance(nested, (list, tuple)) or not nested or not isinstance(nested[0], (list, tuple)) or not nested[0]:
        raise TypeError("an image needs a path, bytes, or an array of shape H×W, H×W×1, H×W×3 or H×W×4")
    width = len(nested[0])
    first = nested[0][0]
    channels = len(first) if isinstance(first, (list, tuple)) else 1
    if channels not in _COLOUR_TYPES:
        raise ValueError(f"an image has 1, 3 or 4 channels in its last dimension, not {channels}")
    rows = []
    for row in nested:
        flat = [value for pixel in row for value in pixel] if isinstance(first, (list, tuple)) else list(row)
        if len(flat) != width * channels:
            raise ValueError("the rows of an image must have the same length")
        rows.append(bytes([_byte(value) for value in flat]))
    return rows, width, channels


def _byte_rows(pixels: Any) -> Optional[Tuple[List[bytes], int, int]]:
    """Rows without a Python loop over pixels, where the array is of bytes already."""
    shape = getattr(pixels, "shape", None)
    if str(getattr(pixels, "dtype", "")) != "uint8" or not hasattr(pixels, "tobytes") or shape is None:
        return None
    channels = shape[2] if len(shape) == 3 else 1
    if len(shape) not in (2, 3) or channels not in _COLOUR_TYPES or not shape[0] or not shape[1]:
        return None
    data, stride = pixels.tobytes(), shape[1] * channels
    return [data[start:start + stride] for start in range(0, len(data), stride)], int(shape[1]), int(channels)


def _byte(value: Any) -> int:
    if isinstance(value, float):
        if math.isnan(value):
            return 0
        value = round(min(max(value, 0.0), 1.0) * 255)
    return 255 if value > 255 else 0 if value < 0 else int(value)
