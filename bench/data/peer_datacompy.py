"""datacompy on pandas or polars: reads two Parquet files, compares them by `id`, prints how long each part took and what it counted."""

import json
import sys
import time
from importlib.metadata import version

import datacompy

kind, old, new = sys.argv[1:4]
started = time.perf_counter()
if kind == "pandas":
    import pandas as library

    compare = datacompy.PandasCompare
else:
    import polars as library

    compare = datacompy.PolarsCompare
before, after = library.read_parquet(old), library.read_parquet(new)
read = time.perf_counter()
result = compare(before, after, join_columns="id")
same = result.matches()
unequal = len(before) - result.count_matching_rows()
ended = time.perf_counter()
print(
    json.dumps(
        {
            "readMs": (read - started) * 1000,
            "compareMs": (ended - read) * 1000,
            "changed": int(unequal),
            "same": bool(same),
            "versions": {name: version(name) for name in ("datacompy", kind)},
        }
    )
)
