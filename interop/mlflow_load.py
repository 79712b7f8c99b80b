"""Loads models from a server as MLflow's users do and compares what they predict: exactly the same numbers, or an error."""

import json
import sys

import mlflow
import numpy as np
import pandas as pd

url, uri, kind, expected = sys.argv[1:]
mlflow.set_tracking_uri(url)
known = json.load(open(expected))
rows = pd.DataFrame(known["rows"])
if kind == "sklearn":
    model = mlflow.sklearn.load_model(uri)
    assert np.array_equal(model.predict_proba(rows), np.array(known["proba"])), "other probabilities"
    assert np.array_equal(mlflow.pyfunc.load_model(uri).predict(rows), np.array(known["label"])), "other labels"
else:
    import onnxruntime

    session = onnxruntime.InferenceSession(mlflow.onnx.load_model(uri).SerializeToString(), providers=["CPUExecutionProvider"])
    data = rows.to_numpy(np.float32)
    assert np.array_equal(session.run(None, {"x": data})[0], np.array(known["onnx"], np.float32)), "other numbers"
    assert np.array_equal(mlflow.pyfunc.load_model(uri).predict(data)["y"], np.array(known["onnx"], np.float32)), "other numbers by pyfunc"
client = mlflow.MlflowClient()
name = uri.removeprefix("models:/").split("@")[0].split("/")[0]
versions = client.search_model_versions(f"name='{name}'")
runs = client.search_runs([client.get_experiment_by_name(name).experiment_id])
print(json.dumps({
    "versions": [{"version": v.version, "tags": v.tags, "status": str(v.status), "description": v.description} for v in versions],
    "aliases": client.get_registered_model(name).aliases,
    "runs": [{"status": r.info.status, "params": r.data.params, "metrics": {k: str(v) for k, v in r.data.metrics.items()},
              "start": r.info.start_time, "end": r.info.end_time} for r in runs],
}))
