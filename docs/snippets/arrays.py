import numpy as np


class Arrays:
    def normalize(self, image: np.ndarray) -> None:
        image -= image.mean()

    def keep(self, a: np.ndarray) -> None:
        self.kept = a

    def kept_first(self) -> float:
        return float(self.kept.flat[0])

    def where(self, weights):
        weights.__dlpack__(stream=7, max_version=(1, 0))  # as torch.from_dlpack(weights) does
        return weights.__dlpack_device__()

    def mean(self, values: list[float]) -> float:
        return sum(values) / len(values)

    def embed(self, text: str) -> np.ndarray:
        return np.full(768, len(text), dtype=np.float32)

    def raw(self, n: int) -> bytes:
        return bytes(n)

    def score(self, features: np.ndarray, threshold: float) -> dict:
        return {"scores": features @ features, "above": features > threshold}
