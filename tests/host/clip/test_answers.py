"""A clip's answers: each value has its type and its range, and anything else is refused."""

from __future__ import annotations

from typing import Any

import pytest
from leancore.coaching import prescription
from leancore.schema import settings
from leancue.basis import value_checks
from leancue.basis.errors import ProtocolMismatch
from leancue.clip import answers

HELLO = {"protocol": 1, "uid": "A1", "version": "1", "board": "b", "settings": "s", "patient": "p"}
INFO = {"mode": "ready", "battery_mv": 3900, "runs": 1, "free_pages": 9, "pages": 10,
        "session": 2, "baseline_cdeg": 620, "faults": {"2": 1}, "up_s": 12}  # fmt: skip
MOMENT = {"t": 1, "lean": -3, "cadence": 17000, "activity": 2, "band": True, "fb": 0, "lo": 1,
          "hi": 2, "cap": 3, "lost": 0, "cue": 4, "ms": 60}  # fmt: skip
RUN = [3, 40, 1_760_000_000, 54, True]


def test_what_a_clip_says_is_taken() -> None:
    assert answers.read(answers.Hello, HELLO, "hello").uid == "A1"
    info = answers.read(answers.Info, {**INFO, "later": [1]}, "info")
    assert info.faults == {2: 1} and info.battery_mv == 3900
    assert answers.read(answers.Info, {**INFO, "battery_mv": None}, "info").battery_mv is None
    assert answers.read_run(RUN) == answers.RunEntry(3, 40, 1_760_000_000, 54, 1)
    assert answers.read_moment({**MOMENT, "new": "x"}) == {**MOMENT, "band": 1}
    assert answers.read_moment({"t": 5}) == {"t": 5}
    values = settings.checked({})
    assert answers.read_settings({**values, "of_a_later_one": "x"}) == values
    whole = prescription.default()
    assert answers.read_prescription(whole, "prescription_get") == whole


@pytest.mark.parametrize(
    ("name", "value"),
    [("mode", 7), ("mode", "x" * 65), ("battery_mv", True), ("battery_mv", -1),
     ("battery_mv", 10**300), ("runs", -5), ("runs", 1.0), ("free_pages", 10**40), ("pages", None),
     ("session", 10**30), ("baseline_cdeg", 10**6), ("faults", [1, 2]), ("faults", {"x": 1}),
     ("faults", {"1": "y"}), ("faults", {"-1": 1}), ("faults", {"٣": 1}), ("faults", {"1": True}),
     ("faults", {str(n): 1 for n in range(999)}), ("up_s", -1)],
)  # fmt: skip
def test_a_value_of_another_type_or_range_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(ProtocolMismatch, match=f"`{name}` is") as caught:
        answers.read(answers.Info, {**INFO, name: value}, "info")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("name", [n for n in INFO if n != "up_s"])
def test_a_missing_value_is_named(name: str) -> None:
    with pytest.raises(ProtocolMismatch, match=f"`{name}` is missing"):
        answers.read(answers.Info, {k: v for k, v in INFO.items() if k != name}, "info")


@pytest.mark.parametrize(
    "row",
    [None, {}, [], ["1", 2, 3, 4, 5], [-1, 2, 3, 4, 1], [2**31, 2, 3, 4, 1], [1, -5, 3, 4, 1],
     [1, 2**40, 3, 4, 1], [1, 16385, 3, 4, 1], [1, 2, 3, -4, 1], [1, 2, 3, 10**400, 1],
     [1, 2, 3, 4, 2], [1, 2, "x", 4, 1]],
)  # fmt: skip
def test_a_row_that_is_no_run_is_refused(row: Any) -> None:
    with pytest.raises(ProtocolMismatch):
        answers.read_run(row)


@pytest.mark.parametrize("wall_s", [0, 5, -1, 10**12, 2**32 - 1])
def test_a_run_at_a_time_that_cannot_be_has_none(wall_s: int) -> None:
    assert answers.read_run([1, 2, wall_s, 4, 1]).wall_s == 0


@pytest.mark.parametrize("name", list(MOMENT))
def test_a_moment_with_nonsense_is_refused(name: str) -> None:
    for value in ("x", None, 10**400, -(10**9), [1]):
        with pytest.raises(ProtocolMismatch, match=f"`{name}`"):
            answers.read_moment({**MOMENT, name: value})


def test_settings_and_prescription_are_whole_and_in_range() -> None:
    values: dict[str, Any] = settings.checked({})
    for wrong in ({"rate_hz": 7}, {"rate_hz": [1]}, {"rate_hz": None}):
        with pytest.raises(ProtocolMismatch, match="rate_hz"):
            answers.read_settings({**values, **wrong})
    with pytest.raises(ProtocolMismatch, match="`rate_hz` is missing"):
        answers.read_settings({k: v for k, v in values.items() if k != "rate_hz"})
    whole = prescription.default()
    for wrong in ({"patient": "\x1b"}, {"raw": 2}, {"minutes": []}, {"nobody_knows": 1}):
        with pytest.raises(ProtocolMismatch):
            answers.read_prescription({**whole, **wrong}, "prescription_get")
    for name in whole:
        with pytest.raises(ProtocolMismatch, match=f"`{name}` is missing"):
            answers.read_prescription({k: v for k, v in whole.items() if k != name}, "x")


def test_texts_are_filtered_as_they_are_taken() -> None:
    steering = {**HELLO, "board": "b\x1b[2J", "patient": "\ud800"}
    hello = answers.read(answers.Hello, steering, "hello")
    assert (hello.board, hello.patient) == ("b\ufffd[2J", "\ufffd")
    trace = answers.read(answers.Trace, {"image": "", "error": "a\nb\x07"}, "trace")
    assert trace.error == "a\nb\ufffd"


@pytest.mark.parametrize(
    ("form", "fitting", "others"),
    [(value_checks.text(3, 1), ["a", "abc"], ["", "abcd", None, b"a", 7]),
     (value_checks.lines(3), ["", "a\nb"], ["abcd", None, 7]),
     (value_checks.whole(-1, 1), [-1, 0, 1], [-2, 2, True, 1.0, "1", None]),
     (value_checks.flag(), [0, 1, True, False], [2, -1, 1.0, "1", None]),
     (value_checks.maybe(value_checks.whole(0, 1)), [None, 0, 1], [2, "", True]),
     (value_checks.one_of("a", "b"), ["a", "b"], ["c", "", None, ["a"]]),
     (value_checks.an_object(), [{}, {"a": 1}], [[], None, 1]),
     (value_checks.objects(), [{}, {"a": {}}], [{"a": 1}, [{}], None, []]),
     (value_checks.time_of_day(), [0, -5, 10**400], [1.0, None, True, "1"]),
     (value_checks.counts(2, 9), [{}, {"0": 0, "9999": 9}], [{"0": 10}, {"10000": 1}, {"a": 1}, [],
                                                     {"1": 1, "2": 1, "3": 1}, {"": 1}])],
)  # fmt: skip
def test_a_form_takes_what_fits_and_nothing_else(
    form: value_checks.ValueCheck, fitting: list[Any], others: list[Any]
) -> None:
    assert all(form.fits(value) for value in fitting)
    assert not any(form.fits(value) for value in others)
    for value in others:
        with pytest.raises(ValueError, match="`x` is"):
            value_checks.taken(form, value, "x")


@pytest.mark.parametrize(
    "data",
    [b"", b"x", b"[]", b"1", b"null", b"[" * 4000, b'{"a":' * 800, b'{"a":' + b"9" * 5000 + b"}",
     b"\xff\xfe"],
)  # fmt: skip
def test_what_is_no_json_object_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a JSON|not JSON"):
        value_checks.json_object(data)


@pytest.mark.parametrize("protocol", ["1\x1b", 10**300, None, True, 1.0, [1]])
def test_another_protocol_is_told_in_few_plain_words(protocol: Any) -> None:
    with pytest.raises(ProtocolMismatch, match="speaks protocol") as caught:
        answers.check_protocol({"protocol": protocol, "version": ["\x1b"]})
    assert "\x1b" not in str(caught.value) and len(str(caught.value)) < 500
