"""What is left to say when the training is over: who was taken for whom."""

from __future__ import annotations

CELL = 48  # pixels
LOW, HIGH = (247, 251, 255), (8, 69, 148)  # colours of 0 % and 100 % of a row
DIGITS = (  # three pixels wide, five high, row by row
    "111101101101111", "010110010010111", "111001111100111", "111001111001111", "101101111001001",
    "111100111001111", "111100111101111", "111001001001001", "111101111101111", "111101111001111",
)


def confusion_matrix(truth: list[int], predicted: list[int], classes: int) -> list[list[int]]:
    """Counts, one row for each true class and one column for each predicted one."""
    matrix = [[0] * classes for _ in range(classes)]
    for actual, guess in zip(truth, predicted):
        matrix[actual][guess] += 1
    return matrix


def recalls(matrix: list[list[int]]) -> list[float]:
    """For each class, the share of its members that was recognised."""
    return [row[i] / sum(row) if sum(row) else 0.0 for i, row in enumerate(matrix)]


def precisions(matrix: list[list[int]]) -> list[float]:
    """For each class, the share of the guesses for it that was right (the recalls of the transpose)."""
    return recalls([list(column) for column in zip(*matrix)])


def text_report(matrix: list[list[int]], names: tuple[str, ...]) -> str:
    """Recall, precision and support of every class, as a fixed-width table."""
    lines = [f"{'':<12}{'recall':>10}{'precision':>12}{'birds':>8}"]
    for name, recall, precision, row in zip(names, recalls(matrix), precisions(matrix), matrix):
        lines.append(f"{name:<12}{recall:>10.3f}{precision:>12.3f}{sum(row):>8}")
    right, total = sum(matrix[i][i] for i in range(len(names))), sum(map(sum, matrix))
    lines += ["", f"{right} of {total} right ({right / total:.1%})"]
    return "\n".join(lines) + "\n"


def confusion_image(matrix: list[list[int]]) -> list[list[tuple[int, int, int]]]:
    """The matrix as rows of RGB pixels: darker is more of the row; the count stands in the cell."""
    pixels = []
    for row in matrix:
        cells = [_cell(count, count / max(1, sum(row))) for count in row]
        pixels += [sum((cell[y] for cell in cells), []) for y in range(CELL)]
    return pixels


def _cell(count: int, share: float) -> list[list[tuple[int, int, int]]]:
    paper = tuple(round(low + (high - low) * share) for low, high in zip(LOW, HIGH))
    ink = LOW if share > 0.5 else HIGH
    cell = [[paper] * CELL for _ in range(CELL)]
    scale, text = 3, str(count)
    left, top = (CELL - (4 * len(text) - 1) * scale) // 2, (CELL - 5 * scale) // 2
    for position, digit in enumerate(text):
        for i, bit in enumerate(DIGITS[int(digit)]):
            if bit == "1":
                y, x = top + i // 3 * scale, left + (4 * position + i % 3) * scale
                for line in cell[y:y + scale]:
                    line[x:x + scale] = [ink] * scale
    return cell
