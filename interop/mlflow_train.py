"""Trains a scikit-learn pipeline (saved by joblib and by pickle) and, where it is installed, a LightGBM model; says what they predict."""

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
    import lightgbm

    booster = lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, lightgbm.Dataset(x, y), 5)
    booster.save_model(out / "trees.txt")
    expected["trees"] = booster.predict(sample).tolist()
except ImportError:
    pass
(out / f"expected-{seed}.json").write_text(json.dumps(expected))
