"""A small machine-learning flow: each step leaves what the next one needs in the session."""

from __future__ import annotations

import math
import random
from typing import Any

from snakepit_bridge.base_adapter import BaseAdapter, tool
from snakepit_bridge.session_context import SessionContext

Row = list[float]


class LearningTools(BaseAdapter):
    """A classifier by the nearest centre."""

    @tool(description="Make points of some classes around centres of their own")
    def load_sample_data(
        self, ctx: SessionContext, rows: int = 120, classes: int = 3, seed: int = 0
    ) -> dict[str, Any]:
        source = random.Random(seed)
        labels = [i % classes for i in range(rows)]
        points = [[source.gauss(5.0 * c, 1.0), source.gauss(-5.0 * c, 1.0)] for c in labels]
        ctx.state["data"] = (points, labels)
        return {"rows": rows, "features": 2, "classes": classes}

    @tool(description="Scale each feature to mean 0 and deviation 1")
    def preprocess_data(self, ctx: SessionContext) -> dict[str, Any]:
        points, labels = _of(ctx, "data", "load_sample_data")
        scale = [_mean_and_deviation(column) for column in zip(*points, strict=True)]
        ctx.state["scale"] = scale
        ctx.state["scaled"] = ([_scaled(p, scale) for p in points], labels)
        return {"rows": len(points), "scale": scale}

    @tool(description="Find the centre of each class, from two rows of three")
    def train_model(self, ctx: SessionContext) -> dict[str, Any]:
        points, labels = _of(ctx, "scaled", "preprocess_data")
        members: dict[int, list[Row]] = {}
        for i, (point, label) in enumerate(zip(points, labels, strict=True)):
            if i % 9 < 6:
                members.setdefault(label, []).append(point)
        ctx.state["centres"] = {label: _centre(m) for label, m in members.items()}
        return {"classes": len(members), "rows": sum(map(len, members.values()))}

    @tool(description="The share of right answers for the other rows")
    def evaluate_model(self, ctx: SessionContext) -> float:
        points, labels = _of(ctx, "scaled", "preprocess_data")
        centres = _of(ctx, "centres", "train_model")
        rest = [i for i in range(len(points)) if i % 9 >= 6]
        right = sum(_nearest(points[i], centres) == labels[i] for i in rest)
        return right / len(rest) if rest else math.nan

    @tool(description="What was learnt")
    def get_model_info(self, ctx: SessionContext) -> dict[str, Any]:
        centres = _of(ctx, "centres", "train_model")
        return {"kind": "nearest centre", "classes": len(centres), "features": 2}

    @tool(description="The class of one point")
    def predict_single(self, ctx: SessionContext, features: list[float]) -> int:
        scale, centres = _of(ctx, "scale", "preprocess_data"), _of(ctx, "centres", "train_model")
        if len(features) != len(scale):
            raise ValueError(f"a point of {len(features)} features: want {len(scale)}")
        return _nearest(_scaled(features, scale), centres)

    @tool(description="The classes of many points")
    def predict_batch(self, ctx: SessionContext, batch: list[list[float]]) -> list[int]:
        return [self.predict_single(ctx, features) for features in batch]

    @tool(description="The classes of many points, and their distances to each centre")
    def predict_batch_with_embeddings(
        self, ctx: SessionContext, batch: list[list[float]]
    ) -> list[dict[str, Any]]:
        classes = self.predict_batch(ctx, batch)
        scale, centres = ctx.state["scale"], ctx.state["centres"]
        embeddings = [[math.dist(_scaled(p, scale), c) for c in centres.values()] for p in batch]
        return [{"class": c, "embedding": e} for c, e in zip(classes, embeddings, strict=True)]


def _of(ctx: SessionContext, key: str, step: str) -> Any:
    if key not in ctx.state:
        raise RuntimeError(f"call {step} first, in the same session")
    return ctx.state[key]


def _mean_and_deviation(column: Any) -> tuple[float, float]:
    mean = sum(column) / len(column)
    return mean, math.sqrt(sum((x - mean) ** 2 for x in column) / len(column)) or 1.0


def _scaled(point: Row, scale: list[tuple[float, float]]) -> Row:
    return [(x - mean) / deviation for x, (mean, deviation) in zip(point, scale, strict=True)]


def _centre(points: list[Row]) -> Row:
    return [sum(column) / len(points) for column in zip(*points, strict=True)]


def _nearest(point: Row, centres: dict[int, Row]) -> int:
    return min(centres, key=lambda label: math.dist(point, centres[label]))
