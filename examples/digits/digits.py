"""A classifier of handwritten digits: the adapter of examples/digits."""

import time

import numpy as np
import sklearn
from sklearn.datasets import load_digits
from sklearn.svm import SVC


class Classifier:
    """Trained on the first half of scikit-learn's images, once per worker."""

    def __init__(self):
        digits = load_digits()
        half = len(digits.data) // 2
        self.rest = digits.data[half:], digits.target[half:]
        began = time.perf_counter()
        self.model = SVC(gamma=0.001).fit(digits.data[:half], digits.target[:half])
        self.seconds = time.perf_counter() - began

    def about(self):
        return {
            "sklearn": sklearn.__version__,
            "numpy": np.__version__,
            "train_seconds": self.seconds,
        }

    def second_half(self):
        """The images that the model has not seen, 64 pixels each, and what they show."""
        images, labels = self.rest
        return {"images": images.tolist(), "labels": labels.tolist()}

    def predict(self, pixels):
        return int(self.model.predict(np.array(pixels).reshape(1, -1))[0])
