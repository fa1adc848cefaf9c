import numpy as np
import pyarrow as pa
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

kibibyte, gibibyte = np.zeros(256, "f4"), np.zeros(2**28, "f4")
matrix = np.random.default_rng(1).random((1024, 1024), "f4")
row = np.random.default_rng(2).random(1024, "f4")


def take(tensor):
    np.from_dlpack(tensor)


def give_1KiB():
    return kibibyte


def give_1GiB():
    return gibibyte


def table(record):
    return pa.record_batch(record)


def infer(vector):
    return matrix @ np.asarray(vector)


def infer_alone(n):
    for _ in range(n):
        matrix @ row


images = load_digits()
model = LogisticRegression(max_iter=2000, fit_intercept=False)
weights = np.ascontiguousarray(model.fit(images.data[:900], images.target[:900]).coef_.T)


def image(i):
    return images.data[i]


def predict(pixels):
    return int((np.asarray(pixels) @ weights).argmax())
