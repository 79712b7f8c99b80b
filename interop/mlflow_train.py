"""Trains a scikit-learn pipeline (saved by joblib and by pickle) and, where its library is installed, makes an ONNX model; says what they predict."""

import json
import pickle
import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import assay

seed, out = int(sys.argv[1]), Path(sys.argv[2])
random = np.random.default_rng(seed)
x = pd.DataFrame(random.normal(size=(200, 3)), columns=["age", "income", "visits"])
y = (x["age"] + x["income"] > 0).astype(int)
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(x, y)
assay.params({"C": 1.0, "seed": seed})
assay.log({"accuracy": model.score(x, y), "edge/nan": float("nan")}, step=1)

folder = out / f"model-{seed}"
folder.mkdir()
joblib.dump(model, folder / "model.joblib")
(folder / "notes.txt").write_text("trained for a test\n")
(out / "pickled.pkl").write_bytes(pickle.dumps(model))
assay.artifact(folder, "model")

sample = x.head(20)
expected = {"rows": sample.to_dict("list"), "proba": model.predict_proba(sample).tolist(), "label": model.predict(sample).tolist()}
try:
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper
except ImportError:
    onnx = None
if onnx:
    weights = random.normal(size=(3, 2)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "linear",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 2])],
        [numpy_helper.from_array(weights, "w")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), out / "linear.onnx")
    session = onnxruntime.InferenceSession(out / "linear.onnx", providers=["CPUExecutionProvider"])
    expected["onnx"] = session.run(None, {"x": sample.to_numpy(np.float32)})[0].tolist()
(out / f"expected-{seed}.json").write_text(json.dumps(expected))
