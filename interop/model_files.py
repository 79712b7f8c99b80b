"""Writes small model files with the libraries that make them: `model_files.py FOLDER`.

`electron/services/models/kinds/fixtures` holds what it wrote; the interop test writes them anew.
"""

import json
import pickle
import sys
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
