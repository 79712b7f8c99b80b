"""Content of media files from what scripts hold, told apart by what it can do: no library is imported for it."""

from __future__ import annotations

import array
import bisect
import csv
import io
import json
import math
import os
import sys
import wave
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from ._png import encode_png
from ._values import to_float

_SIGNATURES = ((b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"), (b"BM", "bmp"), (b"<svg", "svg"))

_KINDS = {
    "image": ("png", "jpg", "jpeg", "gif", "webp", "bmp", "svg", "avif"),
    "text": ("txt", "md", "log"),
    "table": ("csv", "tsv"),
    "audio": ("wav", "mp3", "ogg", "flac", "m4a"),
    "html": ("html", "htm"),
}


def kind_of(path: str) -> str:
    """``image``, ``text``, ``table``, ``audio``, ``html`` or ``file``, by the ending of a file's name."""
    ending = os.path.splitext(path)[1][1:].lower()
    return next((kind for kind, endings in _KINDS.items() if ending in endings), "file")


def image_bytes(data: Any) -> Tuple[bytes, str]:
    """Content and ending of an image: encoded bytes, PIL image, matplotlib figure, or what :func:`encode_png` takes.

    Raises TypeError or ValueError.
    """
    if isinstance(data, (bytes, bytearray, memoryview)):
        content = bytes(data)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return content, "webp"
        ending = next((ending for start, ending in _SIGNATURES if content.lstrip()[:len(start)] == start), None)
        if ending is None:
            raise ValueError("these bytes are no PNG, JPEG, GIF, WebP, BMP or SVG")
        return content, ending
    figure = data if hasattr(data, "savefig") else getattr(data, "figure", None)
    for source, method in ((figure, "savefig"), (data, "save")):
        write = getattr(source, method, None)
        if callable(write):
            buffer = io.BytesIO()
            write(buffer, format="png")
            return buffer.getvalue(), "png"
    return encode_png(data), "png"


def table_csv(rows: Any, columns: Optional[Sequence[str]]) -> str:
    """CSV of a data frame (anything with ``to_csv`` or ``write_csv``), of dicts, or of lists. Raises TypeError."""
    for method in ("to_csv", "write_csv"):
        write = getattr(rows, method, None)
        if callable(write):
            return str(write(index=False) if method == "to_csv" else write())
    if isinstance(rows, (str, bytes, Mapping)) or not isinstance(rows, Iterable):
        raise TypeError(f"a table needs rows that are dicts or lists, not {type(rows).__name__}")
    listed = list(rows)
    if columns is None and listed and isinstance(listed[0], Mapping):
        columns = list(dict.fromkeys(str(key) for row in listed if isinstance(row, Mapping) for key in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if columns is not None:
        writer.writerow(columns)
    for row in listed:
        if isinstance(row, Mapping):
            texts = {str(key): value for key, value in row.items()}
            writer.writerow([_cell(texts.get(column)) for column in columns or ()])
        elif isinstance(row, Iterable) and not isinstance(row, (str, bytes)):
            writer.writerow([_cell(value) for value in row])
        else:
            raise TypeError(f"a row must be a dict or a list, not {type(row).__name__}")
    return out.getvalue()


def histogram_json(values: Any, bins: int) -> Dict[str, Any]:
    """``{"edges": bins + 1 numbers, "counts": bins numbers, "nonFinite": how many values were left out}``."""
    numbers = flat_floats(values)
    finite = [number for number in numbers if math.isfinite(number)]
    if bins < 1:
        raise ValueError("a histogram has at least one bin")
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    if low == high:
        # All values equal: a bin of width one around them, as NumPy does it.
        low, high = low - 0.5, high + 0.5
    # Scaled per end, so that the difference of two huge numbers cannot become infinite.
    edges = [low * (1 - index / bins) + high * (index / bins) for index in range(bins + 1)]
    counts = [0] * bins
    for number in finite:
        counts[min(max(bisect.bisect_right(edges, number) - 1, 0), bins - 1)] += 1
    return {"edges": edges, "counts": counts, "nonFinite": len(numbers) - len(finite)}


def given_histogram(counts: Any, edges: Any) -> Dict[str, Any]:
    """As :func:`histogram_json`, from counts that were made elsewhere. Raises ValueError when lengths do not fit."""
    heights, borders = flat_floats(counts), flat_floats(edges)
    if len(borders) != len(heights) + 1:
        raise ValueError(f"{len(heights)} counts need {len(heights) + 1} edges, not {len(borders)}")
    if not all(math.isfinite(number) for number in heights + borders):
        raise ValueError("counts and edges must be finite")
    return {"edges": borders, "counts": [int(n) if n.is_integer() else n for n in heights], "nonFinite": 0}


def wav_bytes(samples: Any, rate: int) -> bytes:
    """A 16-bit WAV of samples −1…1, one list for mono or one of frames (N×channels) otherwise; they are clamped."""
    nested = _plain(samples)
    channels = len(nested[0]) if nested and isinstance(nested[0], (list, tuple)) else 1
    values = flat_floats(nested)
    if channels < 1 or len(values) % channels:
        raise ValueError("every frame of audio must have the same number of channels")
    data = array.array("h", [round(min(max(value, -1.0), 1.0) * 32767) if value == value else 0 for value in values])
    if sys.byteorder == "big":
        data.byteswap()
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(int(rate))
        file.writeframes(data.tobytes())
    return buffer.getvalue()


def flat_floats(values: Any) -> List[float]:
    """All numbers of an array, tensor, iterable or nested list, in order. Raises TypeError."""
    plain = _plain(values)
    if isinstance(plain, (str, bytes)):
        raise TypeError("expected numbers, not text")
    if not isinstance(plain, Iterable):
        return [to_float(plain)]
    out: List[float] = []
    for value in plain:
        if isinstance(value, float):
            out.append(value)
        elif isinstance(value, (list, tuple)) or getattr(value, "shape", None):
            out.extend(flat_floats(value))
        else:
            out.append(to_float(value))
    return out


def json_text(value: Any) -> bytes:
    """Compact JSON as bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def _plain(values: Any) -> Any:
    for method in ("detach", "cpu", "numpy", "tolist"):
        step = getattr(values, method, None)
        if callable(step):
            values = step()
    return values


def _cell(value: Any) -> Any:
    item = getattr(value, "item", None)
    if callable(item):
        try:
            return item()
        except Exception:
            return value
    return value
