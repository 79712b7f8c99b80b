"""Turning what scripts hold (numbers, tensors, settings) into what JSON can say."""

from __future__ import annotations

import dataclasses
import json
import math
import os
from typing import Any, Dict, Iterator, Mapping, Tuple

_EXACT = 2**53


def to_float(value: Any) -> float:
    """The number in ``value`` as a float.

    Takes int, float, bool, anything with one element and ``.item()`` (NumPy, PyTorch, JAX), with ``.numpy()``
    (TensorFlow) or with ``__float__``. Integers beyond the range of floats become infinite. Raises TypeError.
    """
    if isinstance(value, float):
        return float(value)
    if isinstance(value, int):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if not isinstance(value, (str, bytes, bytearray, type, complex)):
        for unwrap in ("item", "numpy"):
            method = getattr(value, unwrap, None)
            if callable(method):
                try:
                    inner = method()
                except Exception:
                    continue
                if inner is not value:
                    return to_float(inner)
        if hasattr(value, "__float__"):
            try:
                return float(value)
            except Exception:
                pass
    raise TypeError(f"not a number: {type(value).__name__}")


def to_number(value: Any) -> Any:
    """As :func:`to_float`, but whole numbers that a double holds exactly stay ints."""
    if type(value) is float:
        return value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return int(value) if -_EXACT <= value <= _EXACT else to_float(value)
    if not isinstance(value, float):
        method = getattr(value, "item", None)
        if callable(method) and not isinstance(value, type):
            try:
                inner = method()
            except Exception:
                inner = value
            if isinstance(inner, int):
                return to_number(inner)
            if type(inner) is float:
                return inner
    return to_float(value)


def number_text(value: Any) -> str:
    """A number as it stands in a log line; not-a-number and infinities as quoted words."""
    if value.__class__ is int:
        value = to_number(value)
    if value - value == 0:
        return repr(value)
    if value != value:
        return '"NaN"'
    return '"Infinity"' if value > 0 else '"-Infinity"'


def key_text(key: str) -> str:
    """``"key":`` as it stands in a log line."""
    return json.dumps(key, ensure_ascii=False) + ":"


def check_key(key: Any) -> str:
    """``key`` itself when it may name a metric. Raises TypeError or ValueError."""
    if not isinstance(key, str):
        raise TypeError(f"a key must be text, not {type(key).__name__}")
    if not key or any(ord(character) < 32 or 127 <= ord(character) < 160 for character in key):
        raise ValueError(f"a key must be non-empty text without control characters: {key!r}")
    return str(key)


def flatten(values: Mapping[Any, Any], prefix: str = "") -> Iterator[Tuple[Any, Any]]:
    """Pairs of ``a/b`` and value; empty mappings vanish."""
    for key, value in values.items():
        path = f"{prefix}{key}" if prefix else key
        if isinstance(value, Mapping):
            yield from flatten(value, f"{path}/")
        else:
            yield path, value


def mapping_of(values: Any) -> Mapping[Any, Any]:
    """The mapping in a dict, a dataclass instance or a namespace (argparse). Raises TypeError."""
    if isinstance(values, Mapping):
        return values
    if dataclasses.is_dataclass(values) and not isinstance(values, type):
        return dataclasses.asdict(values)
    if hasattr(values, "__dict__") and not isinstance(values, type) and not callable(values):
        return dict(vars(values))
    raise TypeError(f"expected a mapping, a dataclass or a namespace, not {type(values).__name__}")


def to_json(value: Any, depth: int = 0) -> Any:
    """A JSON value for anything: numbers by :func:`to_number`, containers item by item, the rest as its text."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        number = to_number(value)
        return number if number - number == 0 else number_text(number)[1:-1]
    if depth > 32:
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): to_json(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item, depth + 1) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((to_json(item, depth + 1) for item in value), key=str)
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if not isinstance(value, (bytes, bytearray, type)):
        try:
            return to_json(to_number(value), depth + 1)
        except TypeError:
            method = getattr(value, "tolist", None)
            if callable(method):
                return to_json(method(), depth + 1)
    return str(value)
