"""Reads jobs {before, after, key} from its input, the library being its argument, and prints what datacompy counts, a line of JSON for each."""

import json
import os
import sys

import datacompy

pandas = sys.argv[1] == "pandas"
if pandas:
    import pandas as library
else:
    import polars as library


def read(path):
    name = path.removesuffix(".gz").removesuffix(".zst")
    if name.endswith(".csv"):
        return library.read_csv(path)
    if name.endswith(".tsv"):
        return library.read_csv(path, **({"sep": "\t"} if pandas else {"separator": "\t"}))
    if name.endswith(".parquet"):
        return library.read_parquet(path)
    if name.endswith(".jsonl"):
        return library.read_json(path, lines=True) if pandas else library.read_ndjson(path)
    if name.endswith(".json"):
        return library.read_json(path)
    raise ValueError("datacompy does not read this format")


def compare(job):
    before, after = read(job["before"]), read(job["after"])
    if job["key"]:
        how = {"join_columns": job["key"]}
    elif pandas:
        how = {"on_index": True}
    else:
        raise ValueError("needs a key")
    kind = datacompy.PandasCompare if pandas else datacompy.PolarsCompare
    result = kind(before, after, **how, **job["tolerance"])
    added, removed = len(result.df2_unq_rows), len(result.df1_unq_rows)
    both = len(result.intersect_rows)
    changed = both - int(result.count_matching_rows())
    return {"added": added, "removed": removed, "changed": changed}


# what it prints and warns of is not the answer
out = os.dup(1)
os.dup2(2, 1)
for job in json.load(sys.stdin):
    try:
        answer = compare(job)
    # a panic of polars is no Exception
    except BaseException as error:  # noqa: BLE001
        answer = {"error": f"{type(error).__name__}: {error}".split("\n")[0]}
    os.write(out, (json.dumps(answer) + "\n").encode())
