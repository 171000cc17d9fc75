"""Translation by gettext catalogues: English in the source, other languages in ``catalogues``.

A call contains a whole sentence, with named values: ``_("Ran {time}", time=…)``. So a translator
can change the word order. ``tools/write_catalogues.py`` collects the calls; one test finds
sentences outside them, another finds gaps in a catalogue. Names follow gettext: ``_``, ``n_`` for
numbers, ``p_`` where one word means two things, ``N_`` for texts of a table, translated later by
``_``.
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
    """A language: its native name, and the CLDR locale of its numbers and dates."""

    name: str
    locale: str


SOURCE = "en"
LANGUAGES = {SOURCE: Language("English", "en_GB"), "de": Language("Deutsch", "de_DE")}

_desk = [SOURCE]  # the language of this program
_here: ContextVar[str] = ContextVar("leancue_language", default="")


def speak(code: str) -> None:
    """Set the program's language to ``code``. KeyError if it is not in ``LANGUAGES``."""
    _desk[0] = code if LANGUAGES[code] else SOURCE


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Use ``code`` in the block: a patient's sheet may have another language than the page."""
    token = _here.set(code if LANGUAGES[code] else SOURCE)
    try:
        yield
    finally:
        _here.reset(token)


def current() -> str:
    """Return the code of the current language."""
    return _here.get() or _desk[0]


def _(words: str, /, **values: object) -> str:
    """Return ``words`` in the current language, with ``values`` inserted by name."""
    said = _catalogue(current()).gettext(words)
    return said.format(**values) if values else said


def n_(one: str, many: str, number: int, /, **values: object) -> str:
    """Like ``_``, in the plural form for ``number``, which is inserted as ``{number}``."""
    said = _catalogue(current()).ngettext(one, many, number)
    return said.format(number=number, **values)


def p_(meaning: str, words: str, /, **values: object) -> str:
    """Like ``_``, for ambiguous words; ``meaning`` is the context."""
    said = _catalogue(current()).pgettext(meaning, words)
    return said.format(**values) if values else said


def N_(words: str) -> str:  # noqa: N802 (gettext's name for it)
    """Mark ``words`` of a table for the catalogue; they are translated where they are used."""
    return words


def listed(parts: list[str]) -> str:
    """Return ``parts`` as a list in the language: ``a, b and c``."""
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
    """Return the path of a language's catalogue."""
    return _FOLDER / f"{code}.po"
