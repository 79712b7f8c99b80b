"""Train a small classifier that tells penguin species apart by their measurements.

Everything is Python's standard library, so that it runs wherever Python does; `import assay` is the
one extra, and Assay provides it. Try `python train.py --hidden 0` and compare.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import sys
import tempfile
import time
import zlib
from collections import Counter
from operator import mul
from pathlib import Path
from statistics import fmean, pstdev

import assay

from report import confusion_image, confusion_matrix, recalls, text_report

SPECIES = ("Adelie", "Chinstrap", "Gentoo")
MEASURES = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")
FEATURES = (*MEASURES, "male")
NEEDED = (*MEASURES, "sex")
MISSING = {"", "NA", "unknown"}
GREEN, YELLOW, DIM, RESET = "\033[32m", "\033[33m", "\033[2m", "\033[0m"


# --- data -----------------------------------------------------------------------------------------


def read_birds(path: Path) -> list[dict[str, str]]:
    """Read the rows that have every value we need; say how many do not."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    complete, lacking = [], Counter()
    for row in rows:
        missing = [column for column in NEEDED if row[column] in MISSING]
        if missing:
            lacking[missing[0]] += 1
        else:
            complete.append(row)
    if lacking:
        reasons = ", ".join(f"{n} without {column}" for column, n in lacking.items())
        print(f"{YELLOW}warning: dropped {sum(lacking.values())} of {len(rows)} rows: {reasons}{RESET}",
              file=sys.stderr, flush=True)
    return complete


def is_validation(bird: dict[str, str]) -> bool:
    """Choose by a hash of the id: a bird never changes sides when the data grow."""
    return zlib.crc32(bird["id"].encode()) % 10 < 3


def to_features(bird: dict[str, str]) -> list[float]:
    values = {**bird, "male": bird["sex"] == "male"}
    return [float(values[name]) for name in FEATURES]


def fit_scaling(rows: list[list[float]]) -> list[tuple[float, float]]:
    """Mean and standard deviation of each feature, from the training rows alone."""
    return [(fmean(column), pstdev(column) or 1.0) for column in zip(*rows)]


def standardise(rows: list[list[float]], scaling: list[tuple[float, float]]) -> list[list[float]]:
    return [[(x - mean) / deviation for x, (mean, deviation) in zip(row, scaling)] for row in rows]


# --- model ----------------------------------------------------------------------------------------
# A layer is a list of units; a unit is its weights followed by its bias.


def new_layers(sizes: list[int], rng: random.Random) -> list:
    """Small random weights, zero biases. Two sizes make a softmax regression, three a network."""
    return [
        [[rng.gauss(0, 1 / math.sqrt(inputs)) for _ in range(inputs)] + [0.0] for _ in range(units)]
        for inputs, units in zip(sizes, sizes[1:])
    ]


def zeros_like(layers: list) -> list:
    return [[[0.0] * len(unit) for unit in layer] for layer in layers]


def forward(layers: list, x: list[float]) -> list[list[float]]:
    """The input, the hidden activations, and at the end the log-probability of each species."""
    activations = [x]
    for layer in layers:
        z = [sum(map(mul, unit, activations[-1]), unit[-1]) for unit in layer]
        activations.append([math.tanh(v) for v in z])
    top = max(z)
    log_total = top + math.log(sum(math.exp(v - top) for v in z))
    activations[-1] = [v - log_total for v in z]
    return activations


def add_gradient(layers: list, gradient: list, x: list[float], label: int) -> tuple[float, bool]:
    """Add the gradient of one example's loss; return that loss and whether the guess was right."""
    activations = forward(layers, x)
    scores = activations[-1]
    delta = [math.exp(score) - (k == label) for k, score in enumerate(scores)]
    for i in range(len(layers) - 1, -1, -1):
        inputs = activations[i]
        for d, unit in zip(delta, gradient[i]):
            for j, value in enumerate(inputs):
                unit[j] += d * value
            unit[-1] += d
        if i:
            back = [sum(map(mul, delta, column)) for column in zip(*layers[i])]
            delta = [b * (1 - a * a) for b, a in zip(back, inputs)]
    return -scores[label], scores.index(max(scores)) == label


def step(layers: list, velocity: list, gradient: list, size: int, lr: float, momentum: float) -> float:
    """One step of gradient descent with momentum; return the length of the gradient."""
    squares = 0.0
    for layer, speeds, slopes in zip(layers, velocity, gradient):
        for unit, speed, slope in zip(layer, speeds, slopes):
            for j, total in enumerate(slope):
                g = total / size
                squares += g * g
                speed[j] = momentum * speed[j] - lr * g
                unit[j] += speed[j]
    return math.sqrt(squares)


# --- training -------------------------------------------------------------------------------------


def train_epoch(layers, velocity, examples, lr, args, rng) -> dict[str, float]:
    """Go once through the examples; losses are those seen on the way."""
    losses, hits, norms = [], 0, []
    rng.shuffle(examples)
    for start in range(0, len(examples), args.batch_size):
        batch = examples[start:start + args.batch_size]
        gradient = zeros_like(layers)
        for x, label in batch:
            loss, hit = add_gradient(layers, gradient, x, label)
            losses.append(loss)
            hits += hit
        norms.append(step(layers, velocity, gradient, len(batch), lr, args.momentum))
    return {"train/loss": fmean(losses), "train/accuracy": hits / len(examples), "grad_norm": fmean(norms)}


def evaluate(layers, examples) -> tuple[dict[str, float], list[list[float]]]:
    """Metrics on the validation birds, and the log-probabilities behind them."""
    scores = [forward(layers, x)[-1] for x, _ in examples]
    labels = [label for _, label in examples]
    guesses = [s.index(max(s)) for s in scores]
    metrics = {
        "val/loss": fmean(-s[label] for s, label in zip(scores, labels)),
        "val/accuracy": fmean(guess == label for guess, label in zip(guesses, labels)),
    }
    shares = recalls(confusion_matrix(labels, guesses, len(SPECIES)))
    metrics.update({f"val/recall/{name}": share for name, share in zip(SPECIES, shares)})
    return metrics, scores


def show_progress(epoch: int, epochs: int, metrics: dict[str, float], best_loss: float) -> None:
    """One line; the validation loss is green while it is the lowest so far, else yellow."""
    colour = GREEN if metrics["val/loss"] <= best_loss else YELLOW
    print(f"{DIM}epoch {epoch:>4}/{epochs}{RESET}  train loss {metrics['train/loss']:.4f}"
          f"  val loss {colour}{metrics['val/loss']:.4f}{RESET}  val accuracy {metrics['val/accuracy']:.3f}",
          flush=True)


def by_island(birds, labels, guesses) -> list[list]:
    """How many birds of each island there were, and the share of them that was recognised."""
    right: dict[str, list[bool]] = {}
    for bird, label, guess in zip(birds, labels, guesses):
        right.setdefault(bird["island"], []).append(label == guess)
    return [[island, len(hits), fmean(hits)] for island, hits in sorted(right.items())]


def save_results(layers, scaling, birds, examples) -> None:
    """Log what is known at the end: model, an example input, predictions, confusion matrix, report."""
    _, scores = evaluate(layers, examples)
    labels, guesses = [label for _, label in examples], [s.index(max(s)) for s in scores]
    matrix = confusion_matrix(labels, guesses, len(SPECIES))
    assay.table("confusion", [[name, *row] for name, row in zip(SPECIES, matrix)], columns=["true species", *SPECIES])
    assay.table("by_island", by_island(birds, labels, guesses), columns=["island", "birds", "accuracy"])
    assay.image("confusion_matrix", confusion_image(matrix),
                caption=f"rows: true species; columns: predicted ({', '.join(SPECIES)})")
    assay.text("report", text_report(matrix, SPECIES))
    print(text_report(matrix, SPECIES), end="")
    with tempfile.TemporaryDirectory() as folder:
        model = {"species": SPECIES, "features": FEATURES, "scaling": scaling, "activation": "tanh", "layers": layers}
        Path(folder, "model.json").write_text(json.dumps(model, indent=1), encoding="utf-8")
        with Path(folder, "predictions.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "species", "predicted", "right", *(f"p_{name.lower()}" for name in SPECIES)])
            for bird, label, guess, s in zip(birds, labels, guesses, scores):
                writer.writerow([bird["id"], SPECIES[label], SPECIES[guess], label == guess,
                                 *(f"{math.exp(v):.4f}" for v in s)])
        example = [{name: float(birds[0][name]) if name in MEASURES else birds[0][name] for name in NEEDED}]
        Path(folder, "example.json").write_text(json.dumps(example, indent=1), encoding="utf-8")
        assay.artifact(Path(folder, "model.json"))
        assay.artifact(Path(folder, "example.json"))
        assay.artifact(Path(folder, "predictions.csv"))


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("data/penguins.csv"), help="CSV file of birds")
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--lr", type=float, default=0.02, help="learning rate at the start")
    parser.add_argument("--decay", type=float, default=0.01, help="the rate in epoch n is lr / (1 + decay * n)")
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--hidden", type=int, default=8, help="hidden units; 0 for a softmax regression")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pace", type=float, default=0.1, help="seconds to wait after each epoch, to watch it live")
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    with assay.init():
        assay.params({**vars(args), "data": args.data.as_posix()})
        assay.dataset(args.data, role="train")
        birds = read_birds(args.data)
        training, validation = ([b for b in birds if is_validation(b) == side] for side in (False, True))
        scaling = fit_scaling([to_features(b) for b in training])

        def examples(part):
            return list(zip(standardise([to_features(b) for b in part], scaling),
                            (SPECIES.index(b["species"]) for b in part)))

        train_set, val_set = examples(training), examples(validation)
        print(f"{len(train_set)} birds to learn from, {len(val_set)} to validate on")

        rng = random.Random(args.seed)
        sizes = [len(FEATURES), args.hidden, len(SPECIES)] if args.hidden else [len(FEATURES), len(SPECIES)]
        layers = new_layers(sizes, rng)
        velocity = zeros_like(layers)
        best_loss = math.inf
        for epoch in range(1, args.epochs + 1):
            lr = args.lr / (1 + args.decay * (epoch - 1))
            metrics = train_epoch(layers, velocity, train_set, lr, args, rng)
            metrics.update(evaluate(layers, val_set)[0], lr=lr)
            best_loss = min(best_loss, metrics["val/loss"])
            assay.log(metrics, step=epoch)
            if epoch == 1 or epoch % 10 == 0 or epoch == args.epochs:
                weights = [w for layer in layers for unit in layer for w in unit[:-1]]
                assay.histogram("weights", weights, step=epoch)
                show_progress(epoch, args.epochs, metrics, best_loss)
            time.sleep(args.pace)
        assay.summary({"best_val_loss": best_loss})
        save_results(layers, scaling, validation, val_set)


if __name__ == "__main__":
    main()
