import numpy as np


class Arrays:
    def normalize(self, image: np.ndarray) -> None:
        image -= image.mean()

    def embed(self, text: str) -> np.ndarray:
        return np.full(768, len(text), dtype=np.float32)

    def raw(self, n: int) -> bytes:
        return bytes(n)

    def score(self, features: np.ndarray, threshold: float) -> dict:
        return {"scores": features @ features, "above": features > threshold}
