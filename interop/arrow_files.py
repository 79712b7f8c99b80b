"""Writes one table as Parquet and as Arrow in every way that pyarrow and polars have, into the folder that is its argument."""

import datetime
import decimal
import sys

import polars
import pyarrow
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet

folder = sys.argv[1]
rows = range(100_000)
# nothing in a seventh of the rows
some = lambda make: [None if i % 7 == 3 else make(i) for i in rows]  # noqa: E731
table = pyarrow.table(
    {
        "id": pyarrow.array(rows, pyarrow.int64()),
        "small": pyarrow.array(some(lambda i: i % 100), pyarrow.uint8()),
        "number": pyarrow.array(some(lambda i: i / 3), pyarrow.float64()),
        "text": pyarrow.array(some(lambda i: f"row {i} of a text that is longer than twelve")),
        "flag": pyarrow.array(some(lambda i: i % 2 == 0)),
        "bytes": pyarrow.array(some(lambda i: bytes([i % 256, 0, 255]))),
        "day": pyarrow.array(some(lambda i: datetime.date(1900, 1, 1) + datetime.timedelta(days=i % 70_000))),
        "moment": pyarrow.array(some(lambda i: i * 1_000_003 - 10**12), pyarrow.timestamp("us", "UTC")),
        "nanos": pyarrow.array(some(lambda i: i * 1_000_003 - 10**12), pyarrow.timestamp("ns")),
        "amount": pyarrow.array(some(lambda i: decimal.Decimal(i - 50_000) / 100), pyarrow.decimal128(12, 2)),
        "word": pyarrow.array(some(lambda i: f"word {i % 50}")).dictionary_encode(),
        "list": pyarrow.array(some(lambda i: [i, None] * (i % 3))),
        "object": pyarrow.array(some(lambda i: {"x": i, "in": {"y": str(i)}})),
    }
)
pyarrow.parquet.write_table(table, f"{folder}/table.parquet")
for kind in ("uncompressed", "lz4", "zstd"):
    pyarrow.feather.write_feather(table, f"{folder}/{kind}.feather", compression=kind)
with pyarrow.ipc.new_stream(f"{folder}/stream.arrow", table.schema) as stream:
    stream.write_table(table, max_chunksize=7777)
frame = polars.from_arrow(table.drop_columns(["word"]))
frame.write_parquet(f"{folder}/polars.parquet")
frame.write_ipc(f"{folder}/polars.arrow", compression="zstd")
frame.write_ipc_stream(f"{folder}/polars-stream.arrow", compression="lz4")
