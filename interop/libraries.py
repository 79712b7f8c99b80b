"""A real training with the libraries people use; what it logged is checked by libraries.interop.ts."""

import io

import matplotlib
import numpy as np
import pandas as pd
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split

import assay

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

features, labels = load_digits(return_X_y=True)
train_x, test_x, train_y, test_y = train_test_split(features / 16.0, labels, random_state=0)
model = SGDClassifier(random_state=0)
assay.params({"model": "SGDClassifier", "alpha": np.float64(model.alpha), "classes": np.int64(10)})
for epoch in range(20):
    model.partial_fit(train_x, train_y, classes=np.arange(10))
    accuracy = model.score(test_x, test_y)
    margin = model.decision_function(test_x).max(axis=1).astype(np.float32)
    assay.log({"test/accuracy": accuracy, "margin/mean": margin.mean(), "margin/first": margin[0], "zero_d": np.array(epoch)}, step=np.int32(epoch))
    assay.histogram("margin", margin, step=epoch)
assay.log({"edge/nan": np.float32("nan"), "edge/inf": np.inf}, step=20)

predicted = model.predict(test_x)
assay.table("confusion", pd.crosstab(test_y, predicted))
assay.image("digit", test_x[0].reshape(8, 8), caption=f"a {test_y[0]}")
assay.image("pillow", Image.fromarray((test_x[1].reshape(8, 8) * 255).astype(np.uint8)))
figure, axes = plt.subplots()
axes.plot(margin)
assay.image("figure", figure)
buffer = io.BytesIO()
figure.savefig(buffer, format="png")
assay.image("bytes", buffer.getvalue())
print("accuracy", accuracy)
