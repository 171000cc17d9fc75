"""Numbers and dates in the form of a language (CLDR, by Babel)."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache

from leancue.basis.times import known_s
from leancue.language.words import LANGUAGES, _, current

# Patterns of CLDR's date format language; the order of their parts is the locale's own where a
# name of CLDR's ("long", "medium") is used.
DAY_LONG, DAY, DAY_SHORT = "long", "medium", "short"
_WITHOUT_YEAR = "MMMd"  # CLDR's skeleton of a day and a month


def decimal(value: float, decimals: int = 1) -> str:
    """Return a number with a true minus sign, but none before a zero."""
    said = f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "−")
    return said.replace(".", _decimal_sign(_locale()))


def as_written(number: str) -> str:
    """Return an exact decimal number, written with a point, as the language writes it."""
    return number.replace("-", "−").replace(".", _decimal_sign(_locale()))


def numbers(words: str) -> str:
    """Return ``words`` with the decimal point of each number as the language writes it."""
    return re.sub(r"(?<=\d)\.(?=\d)", _decimal_sign(_locale()), words)


def day(time_s: int | None, unknown: str = "", length: str = DAY) -> str:
    """Return the local day of a time (UTC, s since 1970); ``unknown`` without a time."""
    known = known_s(time_s)
    return date_words(datetime.fromtimestamp(known).date(), length) if known else unknown


def day_of(iso: str, time_s: int | None, unknown: str = "", length: str = DAY) -> str:
    """Return the day YYYY-MM-DD; where there is none, that of a time, as ``day``."""
    return date_words(date.fromisoformat(iso), length) if iso else day(time_s, unknown, length)


def moment(time_s: int | None, unknown: str | None = None, length: str = DAY) -> str:
    """Return a time with its day: ``3 Nov 2026, 14:05``."""
    known = known_s(time_s)
    if not known:
        return _("time unknown") if unknown is None else unknown
    at = datetime.fromtimestamp(known)
    return f"{date_words(at.date(), length)}, {at:%H:%M}"


def date_words(found: date, length: str = DAY) -> str:
    """Return a date: ``3 Nov 2026``, or long ``3 November 2026``, or short ``3 Nov``."""
    from babel.dates import format_date, format_skeleton

    if length == DAY_SHORT:
        return str(format_skeleton(_WITHOUT_YEAR, found, locale=_locale()))
    return str(format_date(found, length, locale=_locale()))


def _locale() -> str:
    return LANGUAGES[current()].locale


@cache
def _decimal_sign(locale: str) -> str:
    from babel.numbers import get_decimal_symbol

    return str(get_decimal_symbol(locale))
