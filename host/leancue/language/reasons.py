"""Reasons of refusals, in the current language.

The core, ``basis/value_checks.py`` and other modules of the basis write them in English: they are
below this room and do not know gettext.
"""

from __future__ import annotations

import re
from functools import cache

from leancue.language.words import N_, _

# Each as in the source, with names for its values; ``form`` is itself one of these sentences.
_FORMS = (
    N_("{name} must be a whole number, not {value}"),
    N_("{name} = {value} is out of range: {low} to {high}"),
    N_("{name} must be a list of 1 to {most} numbers"),
    N_("{name} has {number} entries but sessions = {sessions}"),
    N_("patient must be a code of 1 to 24 characters"),
    N_("patient may hold letters, digits and - _ . only, not {letter}"),
    N_("the band is inverted: offset_low ({low}) must be below offset_high ({high} cdeg)"),
    N_("the cap ({cap}) must be above the band's upper edge ({high} cdeg)"),
    N_("a key is {number} hex digits"),
    N_("not a log page"),
    N_("log layout {layout}, this software reads layouts {oldest} to {newest}"),
    N_("log page claims more data than it can hold"),
    N_("record at byte {offset} goes past the end"),
    N_("holds a record `{record}` of {number} bytes, without its {name}"),
    N_("holds a record `{record}` whose {name} is {value}, not {low} to {high}"),
    N_("raw samples of log layout {layout}"),
    N_("holds a raw sample that is cut short"),
    N_("the pipeline's state is cut short: {number} bytes"),
    N_("the run was recorded with another version of the pipeline's state"),
    N_("the pipeline's state has {number} values, not {expected}"),
    N_("frame of {number} bytes is too short"),
    N_("frame with a wrong CRC"),
    N_("frame cut short"),
    N_("it is not JSON"),
    N_("it is not a JSON object"),
    N_("`{missing}` is missing"),
    N_("`{name}` is {value}, not {form}"),
    N_("{form}, or null"),
    N_("a whole number from {low} to {high}"),
    N_("a whole number"),
    N_("0 or 1"),
    N_("a text of {least} to {most} characters"),
    N_("a text of at most {most} characters"),
    N_("one of {words}"),
    N_("a list of {least} to {most} whole numbers from {low} to {high}"),
    N_("an object"),
    N_("an object of objects"),
    N_("an object of at most {most} numbers, each with its count"),
    N_("a patient's code"),
    N_("a whole number or a list of them"),
)
# Of ``basis/files.py`` and ``basis/program.py``.
_BASIS = (
    N_("the file contains something else"),
    N_("Cannot write {path}: {reason}."),
    N_("The disk may be full, the folder may be read-only, or something else has that name."),
    N_("{path} already exists."),
    N_("Choose another name."),
    N_("The program is damaged: download it again. Library, keys and settings are kept."),
    N_("Download the newest version: it replaces this one. Library and settings are kept."),
)
_VALUE = re.compile(r"\\\{(\w+)\\\}")


def said(error: ValueError | str) -> str:
    """Return a translated reason; other text is returned unchanged."""
    words = str(error)
    for pattern, form in _patterns():
        if found := pattern.fullmatch(words):
            values = found.groupdict()
            if "form" in values:
                values["form"] = said(values["form"])
            return _(form, **values)
    return words


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_pattern(form)), form) for form in (*_FORMS, *_BASIS))


def _pattern(form: str) -> str:
    return _VALUE.sub(r"(?P<\1>.*?)", re.escape(form))
