"""Words by gettext catalogues: English in the source, other languages in ``catalogues``.

A sentence stands whole in the call, with its values by name: ``_("Ran {time}", time=…)``. So a
translator may turn it around. ``tools/catalogue.py`` collects the calls; one test finds sentences
outside them, another what a catalogue lacks. Names follow gettext: ``_``, ``n_`` for numbers,
``p_`` where one word means two things, ``N_`` for what a table holds and ``_`` says later.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).with_name("catalogues")


class Language(NamedTuple):
    """A language: its own name of itself, and the CLDR locale of its numbers and dates."""

    name: str
    locale: str


SOURCE = "en"
LANGUAGES = {SOURCE: Language("English", "en_GB"), "de": Language("Deutsch", "de_DE")}

_desk = [SOURCE]  # the language of this program, in one place that can be set
_here: ContextVar[str] = ContextVar("leancue_language", default="")


def speak(code: str) -> None:
    """Let this program speak ``code`` from now on. KeyError where it is none of ``LANGUAGES``."""
    _desk[0] = code if LANGUAGES[code] else SOURCE


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak ``code`` inside: a patient's sheet may be in another language than the page."""
    token = _here.set(code if LANGUAGES[code] else SOURCE)
    try:
        yield
    finally:
        _here.reset(token)


def current() -> str:
    """Return the code of the language that is spoken here."""
    return _here.get() or _desk[0]


def _(words: str, /, **values: object) -> str:
    """Return ``words`` in the language that is spoken here, with ``values`` put in by name."""
    said = _catalogue(current()).gettext(words)
    return said.format(**values) if values else said


def n_(one: str, many: str, number: int, /, **values: object) -> str:
    """As ``_``, in the plural form that ``number`` needs; it is put in as ``{number}``."""
    said = _catalogue(current()).ngettext(one, many, number)
    return said.format(number=number, **values)


def p_(meaning: str, words: str, /, **values: object) -> str:
    """As ``_``, for words that mean several things; ``meaning`` says which."""
    said = _catalogue(current()).pgettext(meaning, words)
    return said.format(**values) if values else said


def N_(words: str) -> str:  # noqa: N802 (gettext's name for it)
    """Mark ``words`` of a table for the catalogue; they are translated where they are said."""
    return words


def listed(parts: list[str]) -> str:
    """Return ``parts`` as the language lists things: ``a, b and c``."""
    from babel.lists import format_list

    return str(format_list(parts, locale=LANGUAGES[current()].locale)) if parts else ""


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; the source's words need none."""
    if code == SOURCE:
        return gettext.NullTranslations()
    from io import BytesIO

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path_of(code).open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def path_of(code: str) -> Path:
    """Return where the catalogue of a language is."""
    return _FOLDER / f"{code}.po"
