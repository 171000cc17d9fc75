"""The settings table: sound rows, ranges that hold, a fingerprint that sees every change."""

from __future__ import annotations

import json
from binascii import crc32

import pytest
from leancore.coaching import prescription
from leancore.schema import table
from leancore.schema.settings import SETTINGS, checked, fingerprint

ROWS = table.rows(SETTINGS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_row_is_sound_and_its_range_holds(row) -> None:
    name, default, low, high, unit, _what = row
    assert low <= default <= high and low < high
    assert unit and name == name.lower()
    assert checked({})[name] == default
    for value in (low, high):
        assert checked({name: value})[name] == value
    for value in (low - 1, high + 1):
        with pytest.raises(ValueError, match=name) as error:
            checked({name: value})
        assert str(error.value) == f"{name} = {value} is out of range: {low} to {high}"


def test_names_are_unique() -> None:
    names = [row[0] for row in ROWS]
    assert len(set(names)) == len(names)


def test_values_fit_the_words_they_are_packed_in() -> None:
    for row in ROWS:
        assert -(1 << 30) <= row[table.MIN] < row[table.MAX] < 1 << 30


@pytest.mark.parametrize("value", [1.0, "100", True, None])
def test_only_whole_numbers(value) -> None:
    with pytest.raises(ValueError, match=f"^rate_hz must be a whole number, not {value}$"):
        checked({"rate_hz": value})


def test_unknown_name_is_named() -> None:
    with pytest.raises(KeyError, match="rate_hertz"):
        checked({"rate_hertz": 100})


def test_all_values_survive_json() -> None:
    values = checked({})
    assert checked(json.loads(json.dumps(values))) == values


def test_fingerprint_sees_every_setting() -> None:
    prints = {fingerprint(checked({}))}
    for row in ROWS:
        low, high = row[table.MIN], row[table.MAX]
        prints.add(fingerprint(checked({row[0]: low if row[table.DEFAULT] != low else high})))
    assert len(prints) == len(ROWS) + 1
    assert all(len(text) == 8 and int(text, 16) >= 0 for text in prints)


def test_fingerprint_of_one_set_of_values_is_always_the_same() -> None:
    """Logs and hosts of other releases hold it; these values do not follow the defaults."""
    values = {row[table.NAME]: 1000 + i for i, row in enumerate(ROWS)}
    packed = b"".join(value.to_bytes(4, "little") for value in values.values())
    assert fingerprint(values) == f"{crc32(packed):08x}"
    assert fingerprint({**values, "rate_hz": -1}) != fingerprint(values)


def test_fingerprint_does_not_ask_for_an_order() -> None:
    values = checked({})
    assert fingerprint(dict(reversed(values.items()))) == fingerprint(values)


def test_a_table_is_its_columns() -> None:
    assert table.rows(SETTINGS)[0][: table.HELP] == ("rate_hz", 100, 80, 125, "Hz")
    assert SETTINGS[table.NAME][0] == "rate_hz" and len(SETTINGS) == table.HELP + 1


def test_every_setting_has_its_words() -> None:
    for row in (*ROWS, *table.rows(prescription.TABLE), *table.rows(prescription.PLAN)):
        assert len(row) == table.HELP + 1 and len(row[table.HELP]) > 5
