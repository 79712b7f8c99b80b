"""Say which species a bird is, by a model that train.py left.

    python predict.py model.json example.json
"""

from __future__ import annotations

import json
import math
import sys
from operator import mul
from pathlib import Path


def predict(model: dict, bird: dict) -> dict[str, float]:
    """The probability of each species for one bird."""
    values = {**bird, "male": bird["sex"] == "male"}
    x = [(float(values[name]) - mean) / deviation
         for name, (mean, deviation) in zip(model["features"], model["scaling"])]
    for i, layer in enumerate(model["layers"]):
        x = [sum(map(mul, unit, x), unit[-1]) for unit in layer]
        if i < len(model["layers"]) - 1:
            x = [math.tanh(v) for v in x]
    top = max(x)
    shares = [math.exp(v - top) for v in x]
    return {name: share / sum(shares) for name, share in zip(model["species"], shares)}


def main() -> None:
    model = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    for bird in json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")):
        print(json.dumps(predict(model, bird)))


if __name__ == "__main__":
    main()
