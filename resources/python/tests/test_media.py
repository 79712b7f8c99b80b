import array
import csv
import io
import json
import math
import os
import struct
import unittest
import wave
import zlib
from contextlib import redirect_stderr
from typing import Any, Dict, List, Tuple

from support import ProjectCase, read_lines

import assay
from assay import _artifacts, _media
from assay._png import encode_png


def decode_png(data: bytes) -> Tuple[int, int, int, bytes]:
    """Width, height, colour type and unfiltered bytes; every checksum is checked."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, head = 8, b"", b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        assert struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0] == zlib.crc32(kind + body)
        head, packed = (body, packed) if kind == b"IHDR" else (head, packed + (body if kind == b"IDAT" else b""))
        at += 12 + size
    width, height, depth, colour = struct.unpack(">IIBB", head[:10])
    assert depth == 8
    raw = zlib.decompress(packed)
    stride = len(raw) // height
    return width, height, colour, b"".join(raw[row * stride + 1:(row + 1) * stride] for row in range(height))


class ByteArray:
    """As a NumPy array of uint8 does it."""

    def __init__(self, shape: Tuple[int, ...], data: bytes) -> None:
        self.shape, self.dtype, self.data = shape, "uint8", data

    def tobytes(self) -> bytes:
        return self.data


class Array:
    def __init__(self, nested: Any) -> None:
        self.nested = nested

    def tolist(self) -> Any:
        return self.nested


class Figure:
    def savefig(self, file: Any, format: str) -> None:
        file.write(encode_png([[255]]))


class Picture:
    def save(self, file: Any, format: str) -> None:
        file.write(encode_png([[0, 1]]))


class Axes:
    figure = Figure()


class Frame:
    def to_csv(self, index: bool) -> str:
        return f"a,b\n{index},2\n"


class Pixels(unittest.TestCase):
    def test_shapes_and_ranges(self) -> None:
        self.assertEqual(decode_png(encode_png([[0.0, 1.0, 0.5], [2.0, -1.0, math.nan]])),
                         (3, 2, 0, bytes([0, 255, 128, 255, 0, 0])))
        self.assertEqual(decode_png(encode_png([[[7]], [[300]]])), (1, 2, 0, bytes([7, 255])))
        self.assertEqual(decode_png(encode_png([[(1, 2, 3), (4, 5, 6)]])), (2, 1, 2, bytes(range(1, 7))))
        self.assertEqual(decode_png(encode_png(Array([[[1, 2, 3, 4]]]))), (1, 1, 6, bytes([1, 2, 3, 4])))
        self.assertEqual(decode_png(encode_png(ByteArray((2, 1, 3), b"abcdef"))), (1, 2, 2, b"abcdef"))

    def test_refuses_other_shapes(self) -> None:
        refused: List[Any] = [[], [[]], 5, "abc", [1, 2], [[[1, 2]]], [[1, 2], [3]], ByteArray((3, 2, 2), b"x" * 12)]
        for bad in refused:
            with self.assertRaises((TypeError, ValueError)):
                encode_png(bad)


class Histograms(unittest.TestCase):
    def test_counts_every_finite_value_once(self) -> None:
        made = _media.histogram_json(Array([0, 1, 2, [3, 4.0]]), 4)
        self.assertEqual((made["edges"], made["counts"]), ([0, 1, 2, 3, 4], [1, 1, 1, 2]))
        odd = _media.histogram_json([math.nan, math.inf, 5.0], 3)
        self.assertEqual((odd["nonFinite"], sum(odd["counts"]), odd["edges"][0]), (2, 1, 4.5))
        wide = _media.histogram_json([-1e308, 1e308, 0.0], 2)
        self.assertEqual((sum(wide["counts"]), all(map(math.isfinite, wide["edges"]))), (3, True))
        self.assertEqual(sum(_media.histogram_json([], 2)["counts"]), 0)
        tight = _media.histogram_json([1e16, 1e16 + 2], 64)
        self.assertEqual(sum(tight["counts"]), 2)

    def test_given_counts_must_fit_their_edges(self) -> None:
        self.assertEqual(_media.given_histogram([1, 2.5], [0, 1, 2])["counts"], [1, 2.5])
        with self.assertRaises(ValueError):
            _media.given_histogram([1, 2], [0, 1])


class Kept(ProjectCase):
    def entries(self, run: Any) -> List[Dict[str, Any]]:
        run.finish()
        entries = [line["a"] for line in read_lines(run.dir) if "a" in line]
        for entry in entries:
            self.assertEqual(os.path.getsize(self.place(run, entry)), entry["size"])
        return entries

    def place(self, run: Any, entry: Dict[str, Any]) -> str:
        return os.path.join(run.dir, "artifacts", *entry["path"].split("/"))

    def content(self, run: Any, entry: Dict[str, Any]) -> bytes:
        with open(self.place(run, entry), "rb") as file:
            return file.read()

    def test_images_of_every_origin(self) -> None:
        run = assay.init(strict=True)
        with open("kept.jpg", "wb") as file:
            file.write(b"\xff\xd8\xffjpeg")
        run.log({"x": 1.0}, step=7)
        origins = [[[1]], Figure(), Axes(), Picture(), encode_png([[3]]), b"\xff\xd8\xff", "kept.jpg"]
        for origin in origins:
            run.image("samples/a b", origin, caption="two 🚀")
        entries = self.entries(run)
        self.assertEqual([entry["path"].rpartition(".")[2] for entry in entries], ["png"] * 5 + ["jpg"] * 2)
        self.assertEqual({(entry["s"], entry["key"], entry["kind"], entry["caption"]) for entry in entries},
                         {(7, "samples/a b", "image", "two 🚀")})
        self.assertEqual(len({entry["path"] for entry in entries}), len(origins))

    def test_text_table_histogram_and_audio(self) -> None:
        run = assay.init(strict=True)
        run.text("said", "grün 🚀", step=1)
        run.table("t", [{"a": 1, "b": "x,y"}, {"b": 'q"', "c": None}])
        run.table("t", [[1, 2], (3, 4)], columns=["a", "b"])
        run.table("t", Frame())
        run.histogram("h", [1, 2, 3], bins=2)
        run.audio("tone", [[0.0, 1.0], [-2.0, math.nan]], rate=8000)
        run.audio("mono", array.array("f", [0.5, -0.5]), rate=8000)
        entries = self.entries(run)
        content = [self.content(run, entry) for entry in entries]
        self.assertEqual(content[0].decode("utf-8"), "grün 🚀")
        self.assertEqual(list(csv.reader(io.StringIO(content[1].decode("utf-8")))),
                         [["a", "b", "c"], ["1", "x,y", ""], ["", 'q"', ""]])
        self.assertEqual(content[2:4], [b"a,b\n1,2\n3,4\n", b"a,b\nFalse,2\n"])
        self.assertEqual(json.loads(content[4])["counts"], [1, 2])
        with wave.open(io.BytesIO(content[5])) as sound:
            self.assertEqual((sound.getnchannels(), sound.getframerate(), sound.getnframes()), (2, 8000, 2))
            self.assertEqual(struct.unpack("<4h", sound.readframes(2)), (0, 32767, -32767, 0))
        self.assertEqual([entry["kind"] for entry in entries],
                         ["text", "table", "table", "table", "histogram", "audio", "audio"])

    def test_artifacts_are_copies_of_files_and_folders(self) -> None:
        os.makedirs("model/deep")
        for name, text in (("model/w.bin", "one"), ("model/deep/readme.md", "two")):
            with open(name, "w", encoding="utf-8") as file:
                file.write(text)
        run = assay.init(strict=True)
        self.assertEqual(run.artifact("model/w.bin"), "w.bin")
        run.artifact("model/w.bin", name="best/x", kind="file")
        run.artifact("model")
        run.artifact("model")
        os.makedirs(os.path.join(run.dir, "artifacts", "own"))
        with open(os.path.join(run.dir, "artifacts", "own", "a.txt"), "w", encoding="utf-8") as file:
            file.write("here")
        self.assertEqual(run.artifact(file.name), "own/a.txt")
        run.artifact(".", name="everything")
        entries = self.entries(run)
        listed = [(entry["path"], entry["kind"]) for entry in entries]
        folder = [("model/w.bin", "file"), ("model/deep/readme.md", "text")]
        self.assertEqual(listed[:7], [("w.bin", "file"), ("best/x", "file"), *folder, *folder, ("own/a.txt", "text")])
        self.assertEqual(entries[0]["src"], "model/w.bin")
        self.assertEqual(len(listed), 9)
        left = [name for _, _, names in os.walk(run.dir) for name in names if name.endswith(".tmp")]
        self.assertEqual(left, [])

    def test_names_cannot_leave_the_run(self) -> None:
        run = assay.init()
        for bad in ("../x", "a/../../x", "/etc/x", "..\\x", "C:\\x", "", ".", "a\0b"):
            with self.assertRaises(ValueError):
                run.artifact(__file__, name=bad)
        self.assertEqual(_artifacts.safe_name("a/./b\\c"), "a/b/c")
        self.assertTrue(_artifacts.media_name("../../x y", 3, "png").startswith("media/x_y-3-"))

    def test_what_cannot_be_kept_is_said(self) -> None:
        run = assay.init()
        with redirect_stderr(io.StringIO()) as said:
            self.assertIsNone(run.artifact("missing.bin"))
            run.image("i", object())
            run.image("i", "missing.png")
            run.table("t", 5)
            run.dataset("missing.csv")
        self.assertEqual(said.getvalue().count("assay:"), 4)
        run.finish()
        self.assertFalse(os.path.exists(os.path.join(run.dir, "log.ndjson")))
        strict = assay.init(strict=True)
        calls: List[Any] = [lambda: strict.artifact("missing.bin"), lambda: strict.image("i", object()),
                            lambda: strict.dataset("missing.csv")]
        for call in calls:
            with self.assertRaises(assay.AssayError):
                call()


class DataSets(ProjectCase):
    def record(self, name: str, md5: str, size: int, more: str = "") -> None:
        with open(f"data/{name}.dvc", "w", encoding="utf-8") as file:
            file.write(f"md5: {'f' * 32}\nouts:\n- md5: {md5}\n  size: {size}\n{more}  hash: md5\n  path: {name}\n"
                       "  meta:\n    size: big\n")

    def use(self, *names: str) -> List[Any]:
        run = assay.init(strict=True)
        for name in names:
            run.dataset(f"data/{name}", role="train", version="v1")
        run.finish()
        return [line["d"] for line in read_lines(run.dir)]

    def test_files_are_hashed(self) -> None:
        os.makedirs("data")
        for name in ("train.csv", "known.csv"):
            with open(f"data/{name}", "wb") as file:
                file.write(b"a,b\n")
        self.record("known.csv", "a" * 32, 4)
        sets = self.use("train.csv", "known.csv")
        self.assertEqual([entry["hash"] for entry in sets], ["md5:f69f5b72bc79a92dc70c63c9aa142e36"] * 2)
        self.assertEqual([entry["size"] for entry in sets], [4, 4])
        self.assertEqual((sets[0]["path"], sets[0]["role"], sets[0]["version"]), ("data/train.csv", "train", "v1"))

    def test_a_large_file_is_what_dvc_says_until_it_changes(self) -> None:
        os.makedirs("data")
        with open("data/large.bin", "wb") as file:
            file.truncate(50_000_001)
        self.record("large.bin", "b" * 32, 50_000_001)
        self.assertEqual(self.use("large.bin")[0]["hash"], "md5:" + "b" * 32)
        later = os.stat("data/large.bin.dvc").st_mtime_ns + 1_000_000_000
        os.utime("data/large.bin", ns=(later, later))
        self.assertEqual(self.use("large.bin")[0]["hash"], "md5:3f5ae4b9f915bc905635bbacaf2f8fea")

    def test_a_folder_is_what_dvc_says_until_it_changes(self) -> None:
        os.makedirs("data/images")
        for name in ("foo", "bar"):
            with open(f"data/images/{name}", "w", encoding="utf-8") as file:
                file.write(name)
        self.assertEqual([(entry["hash"], entry["size"]) for entry in self.use("images/")], [(None, None)])
        self.record("images", "c" * 32 + ".dir", 6, "  nfiles: 2\n")
        self.assertEqual(self.use("images/")[0]["hash"], "md5:" + "c" * 32 + ".dir")
        later = os.stat("data/images.dvc").st_mtime_ns + 1_000_000_000
        os.utime("data/images/foo", ns=(later, later))
        # asserted in dvc-data's own tests for these two files
        self.assertEqual(self.use("images")[0], {"path": "data/images", "role": "train", "version": "v1", "size": 6,
                                                 "hash": "md5:5ea40360f5b4ec688df672a4db9c17d1.dir"})


if __name__ == "__main__":
    unittest.main()
