"""Writes small model files with the libraries that make them: `model_files.py FOLDER`.

`electron/services/models/kinds/fixtures` holds what it wrote; the interop test writes them anew.
"""

import io
import json
import pickle
import sys
import types
import zipfile
from collections import OrderedDict
from pathlib import Path

import cloudpickle
import gguf
import joblib
import lightgbm
import numpy as np
import onnx
import pandas as pd
import xgboost
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(7)
x = pd.DataFrame(rng.normal(size=(60, 3)), columns=["age", "income", "visits"])
y = np.where(x["age"] + x["income"] > 0, "stays", "leaves")

pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(x, y)
for protocol in range(6):
    (folder / f"pipeline-{protocol}.pkl").write_bytes(pickle.dumps(pipeline, protocol=protocol))
joblib.dump(pipeline, folder / "pipeline.joblib")
joblib.dump(pipeline, folder / "pipeline-zlib.joblib", compress=3)
joblib.dump(pipeline, folder / "pipeline.joblib.gz", compress=("gzip", 3))
joblib.dump(pipeline, folder / "pipeline.joblib.xz", compress=("xz", 3))
joblib.dump(
    RandomForestClassifier(3, max_depth=2, random_state=0).fit(x, y), folder / "forest.joblib", compress=3
)
regression = LinearRegression().fit(x, x["age"] * 2)
(folder / "regression.pkl").write_bytes(pickle.dumps(regression))
search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2).fit(x, y)
(folder / "search.pkl").write_bytes(pickle.dumps(search))
factor = 2
(folder / "function.cloudpickle").write_bytes(cloudpickle.dumps(lambda values: values * factor))

weights = {
    "dense.weight": rng.normal(size=(4, 3)).astype(np.float32),
    "dense.bias": np.zeros(4, np.float32),
    "steps": np.array([12], np.int64),
}
save_file(weights, folder / "dense.safetensors", metadata={"format": "np"})

graph = helper.make_graph(
    [helper.make_node("Gemm", ["x", "w", "b"], ["scores"]), helper.make_node("ArgMax", ["scores"], ["label"], axis=1)],
    "dense",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3])],
    [
        helper.make_tensor_value_info("label", TensorProto.INT64, ["batch", 1]),
        helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", 4]),
    ],
    [
        numpy_helper.from_array(weights["dense.weight"].T.copy(), "w"),
        numpy_helper.from_array(weights["dense.bias"], "b"),
    ],
)
model = helper.make_model(graph, producer_name="assay-fixtures", producer_version="1.0", opset_imports=[helper.make_opsetid("", 17)])
onnx.checker.check_model(model)
onnx.save(model, folder / "dense.onnx")
onnx.save(model, folder / "external.onnx", save_as_external_data=True, location="external.bin", size_threshold=0)

writer = gguf.GGUFWriter(folder / "tiny.gguf", "llama")
writer.add_name("Tiny")
writer.add_context_length(128)
writer.add_block_count(1)
writer.add_embedding_length(32)
writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
writer.add_tokenizer_model("llama")
writer.add_token_list(["<s>", "a", "b"])
matrix = rng.normal(size=(4, 32)).astype(np.float32)
writer.add_tensor("token_embd.weight", gguf.quants.quantize(matrix, gguf.GGMLQuantizationType.Q8_0), raw_dtype=gguf.GGMLQuantizationType.Q8_0)
writer.add_tensor("output_norm.weight", np.ones(32, np.float32))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()

labels = (y == "stays").astype(int)
booster = xgboost.train({"objective": "binary:logistic", "max_depth": 2}, xgboost.DMatrix(x, label=labels), 3)
booster.save_model(folder / "trees.json")
booster.save_model(folder / "trees.ubj")
lightgbm.train(
    {"objective": "binary", "num_leaves": 4, "verbose": -1}, lightgbm.Dataset(x, label=labels), 3
).save_model(folder / "trees.txt")

example = x.head(3).assign(plan=["a", "b", None], member=[True, False, True], visits=[1, 2, 3])
example.to_csv(folder / "example.csv", index=False)
(folder / "example.json").write_text(json.dumps({"dataframe_split": json.loads(example.to_json(orient="split", index=False))}))


# torch itself is a download of a gigabyte: its zip layout is written here by Python's own pickler with stand-ins of torch's names;
# the interop test also reads files that torch wrote (of two packages on PyPI)
torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")


class FloatStorage:
    pass


def _rebuild_tensor_v2(*_):
    raise NotImplementedError


FloatStorage.__module__, _rebuild_tensor_v2.__module__ = "torch", "torch._utils"
torch.FloatStorage, torch._utils, utils._rebuild_tensor_v2 = FloatStorage, utils, _rebuild_tensor_v2
sys.modules.update({"torch": torch, "torch._utils": utils})


class Tensor:
    def __init__(self, key, shape):
        self.key, self.shape = key, shape

    def __reduce__(self):
        strides = tuple(int(np.prod(self.shape[i + 1 :])) for i in range(len(self.shape)))
        return _rebuild_tensor_v2, (Stored(self), 0, self.shape, strides, False, OrderedDict())


class Stored:
    def __init__(self, tensor):
        self.id = ("storage", FloatStorage, tensor.key, "cpu", int(np.prod(tensor.shape)))


class Pickler(pickle.Pickler):
    def persistent_id(self, value):
        return value.id if isinstance(value, Stored) else None


def save(path, value, storages):
    data = io.BytesIO()
    Pickler(data, protocol=2).dump(value)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("dense/data.pkl", data.getvalue())
        archive.writestr("dense/byteorder", "little")
        for key, array in storages.items():
            archive.writestr(f"dense/data/{key}", array.tobytes())
        archive.writestr("dense/version", "3\n")


state = OrderedDict([("dense.weight", Tensor("0", (4, 3))), ("dense.bias", Tensor("1", (4,)))])
storages = {"0": weights["dense.weight"], "1": weights["dense.bias"]}
save(folder / "dense.pt", state, storages)
save(
    folder / "checkpoint.ckpt",
    {"epoch": 3, "state_dict": state, "optimizer": {"momentum": Tensor("0", (4, 3))}, "pytorch-lightning_version": "2.5.0"},
    storages,
)
save(folder / "cut.pt", state, {"0": weights["dense.weight"]})

# what the libraries themselves say of their files, for the interop test
shapes = {name: list(array.shape) for name, array in weights.items()}
estimator = {"format": "sklearn", "libraryVersion": pipeline.__getstate__()["_sklearn_version"]}
linear = pipeline.steps[-1][1]
truth = {
    path: {**estimator, "parameters": linear.coef_.size + linear.intercept_.size}
    for path in [f"pipeline-{n}.pkl" for n in range(6)] + ["pipeline.joblib", "pipeline-zlib.joblib", "pipeline.joblib.gz"]
}
truth["forest.joblib"] = {**estimator, "title": "scikit-learn RandomForestClassifier"}
truth["regression.pkl"] = {**estimator, "parameters": regression.coef_.size + 1}
truth["dense.safetensors"] = {"format": "safetensors", "shapes": shapes, "parameters": sum(w.size for w in weights.values())}
for path in ("dense.onnx", "external.onnx"):
    loaded = onnx.load(folder / path)
    truth[path] = {
        "title": f"ONNX, opset {loaded.opset_import[0].version}",
        "libraryVersion": loaded.producer_version,
        "shapes": {tensor.name: list(tensor.dims) for tensor in loaded.graph.initializer},
    }
reader = gguf.GGUFReader(folder / "tiny.gguf")
truth["tiny.gguf"] = {
    "format": "gguf",
    "tensorCount": len(reader.tensors),
    "parameters": sum(int(tensor.n_elements) for tensor in reader.tensors),
    "shapes": {tensor.name: [int(size) for size in tensor.shape] for tensor in reader.tensors},
}
for path in ("trees.json", "trees.ubj"):
    truth[path] = {"format": "xgboost", "libraryVersion": xgboost.__version__, "title": "XGBoost, binary:logistic"}
truth["trees.txt"] = {"format": "lightgbm", "title": "LightGBM, binary"}
(folder / "truth.json").write_text(json.dumps(truth))
