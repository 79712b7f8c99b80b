"""Derive data/penguins.csv from the original table in data/raw.

Run it again at any time: the same input gives the same bytes.
See data/SOURCE.md for where the original comes from.
"""

from __future__ import annotations

import csv
from pathlib import Path

RAW = Path("data/raw/penguins-raw.csv")
OUT = Path("data/penguins.csv")
SEASONS = ("2007", "2008", "2009")
COLUMNS = (
    "id", "species", "island", "bill_length_mm", "bill_depth_mm",
    "flipper_length_mm", "body_mass_g", "sex", "year", "egg_date",
)
MEASUREMENTS = COLUMNS[3:7]


def tidy(raw: dict[str, str]) -> dict[str, str]:
    """Rename and shorten; every measurement stays as it was written down."""
    species = raw["Species"].split()[0]
    return {
        # Sample numbers are unique within a species: a key that stays when rows come and go.
        "id": f"{species.lower()}-{int(raw['Sample Number']):03d}",
        "species": species,
        "island": raw["Island"],
        "bill_length_mm": raw["Culmen Length (mm)"],
        "bill_depth_mm": raw["Culmen Depth (mm)"],
        "flipper_length_mm": raw["Flipper Length (mm)"],
        "body_mass_g": raw["Body Mass (g)"],
        "sex": "unknown" if raw["Sex"] == "NA" else raw["Sex"].lower(),
        "year": raw["Date Egg"][:4],
        "egg_date": raw["Date Egg"],
    }


def measured(bird: dict[str, str]) -> bool:
    """Was the bird caught and measured at all?"""
    return any(bird[column] != "NA" for column in MEASUREMENTS)


def main() -> None:
    with RAW.open(encoding="utf-8", newline="") as file:
        birds = [tidy(row) for row in csv.DictReader(file)]
    birds = [bird for bird in birds if bird["year"] in SEASONS and measured(bird)]
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(birds)
    print(f"{OUT}: {len(birds)} birds, seasons {', '.join(SEASONS)}")


if __name__ == "__main__":
    main()
