import numpy as np
import pyarrow as pa
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

vectors = {n: np.zeros(n, "f4") for n in (256, 2**28)}
matrix = np.random.default_rng(1).random((1024, 1024), "f4")
row = np.random.default_rng(2).random(1024, "f4")


def take(tensor):
    np.from_dlpack(tensor)


def give(n):
    return vectors[n]


def table(record):
    return pa.record_batch(record)


def infer(vector):
    return matrix @ np.asarray(vector)


def infer_alone(n):
    for _ in range(n):
        matrix @ row


images = load_digits()
model = LogisticRegression(max_iter=50).fit(images.data[:900], images.target[:900])
weights, bias = np.ascontiguousarray(model.coef_.T), model.intercept_


def image(i):
    return images.data[i]


def predict(pixels):
    return int((np.asarray(pixels) @ weights + bias).argmax())
