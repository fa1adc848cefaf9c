import dataclasses
import datetime as dt
import decimal
import enum
import sys
import types
import uuid
import zoneinfo

import pytest

from snakepit_bridge import _values

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")

ROUND_TRIPS = [
    dt.datetime(2024, 2, 29, 23, 59, 59, 999999),
    dt.datetime(2024, 10, 27, 2, 30, fold=1),
    dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc),
    dt.datetime(2024, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=-3, minutes=-30))),
    dt.datetime(1900, 1, 1, tzinfo=dt.timezone(dt.timedelta(seconds=1172))),
    dt.date(1, 1, 1),
    dt.time(23, 0, 0, 1),
    dt.time(1, 2, 3, tzinfo=dt.timezone.utc),
    dt.timedelta(days=-1, microseconds=1),
    dt.timedelta.max,
    decimal.Decimal("1.10"),
    decimal.Decimal("-Infinity"),
    uuid.UUID(int=7),
]


@pytest.mark.parametrize("value", ROUND_TRIPS, ids=repr)
def test_round_trip(value):
    kind, payload = _values.pack(value)
    back = _values.unpack(kind, payload)
    assert back == value and type(back) is type(value)
    assert getattr(back, "fold", 0) == getattr(value, "fold", 0)


def test_zones_keep_their_key():
    value = dt.datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=BERLIN)
    back = _values.unpack(*_values.pack(value))
    assert back.tzinfo is BERLIN and back.utcoffset() == value.utcoffset() and back.fold == 1


def test_a_clock_whose_zone_wants_a_date_is_not_made_naive():
    assert _values.pack(dt.time(1, 2, tzinfo=BERLIN)) is None


def test_a_zone_that_is_unknown_here_keeps_its_offset():
    payload = (2024, 1, 1, 0, 0, 0, 0, 0, 3_600_000_000, "Nowhere/At_All")
    back = _values.unpack(_values.DATETIME, payload)
    assert back.utcoffset() == dt.timedelta(hours=1)


def test_a_zone_with_other_rules_keeps_the_offset():
    payload = (2024, 1, 1, 0, 0, 0, 0, 0, 7_200_000_000, "Europe/Berlin")
    assert _values.unpack(_values.DATETIME, payload).utcoffset() == dt.timedelta(hours=2)


def test_dataclasses_are_mappings():
    @dataclasses.dataclass
    class Point:
        x: int
        y: float = 2.0

    assert _values.pack(Point(1)) == (_values.PLAIN, {"x": 1, "y": 2.0})
    assert _values.pack(Point) is None


def test_models_are_mappings():
    class Model:
        model_fields = {"a": None, "b": None}

        def model_dump(self):
            raise AssertionError("fields are read one by one")

    model = Model()
    model.a, model.b = 1, [2]
    assert _values.pack(model) == (_values.PLAIN, {"a": 1, "b": [2]})


def test_numpy_scalars_are_what_they_hold():
    np = pytest.importorskip("numpy")
    assert _values.pack(np.int8(5)) == (_values.PLAIN, 5)
    assert _values.pack(np.bool_(True)) == (_values.PLAIN, True)
    assert _values.pack(np.zeros(3)) is None


def test_numpy_that_is_being_imported(monkeypatch):
    """Another thread imports it: it is there, and empty."""
    monkeypatch.setitem(sys.modules, "numpy", types.ModuleType("numpy"))
    assert _values.pack(object()) is None
    assert _values.classify(object) == 0


def test_numpy_times_in_any_unit():
    np = pytest.importorskip("numpy")
    when = dt.datetime(2024, 2, 29, 1, 2, 3, 4)
    assert _values.pack(np.datetime64(when, "ns")) == (_values.PLAIN, when)
    assert _values.pack(np.timedelta64(3_000, "ns"))[1] == dt.timedelta(microseconds=3)
    assert _values.pack(np.datetime64("NaT", "ns")) == (_values.PLAIN, None)
    for fine in (np.datetime64(1, "ns"), np.timedelta64(1, "ns"), np.timedelta64(1, "M")):
        assert _values.pack(fine) is None  # neither a wrong time nor a bare number


def test_the_rest_stays_opaque():
    class Colour(enum.Enum):
        RED = 1

    for value in (object(), len, Colour.RED, int, (i for i in ())):
        assert _values.pack(value) is None


def test_what_stayed_in_another_process():
    with pytest.raises(TypeError, match=r"a io.TextIOWrapper cannot be passed back"):
        _values.unpack(_values.OPAQUE, ("io.TextIOWrapper", "<file>"))
