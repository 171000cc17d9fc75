"""Update the translation catalogues from the source, and report what they lack.

Usage: python tools/write_catalogues.py [--check]. Reads the calls of ``_``, ``n_``, ``p_`` and
``N_`` in ``host/leancue`` and the clip's table of faults, and writes ``host/leancue/language/
catalogues/XX.po``: new texts are added empty, obsolete ones are removed. Exits with 1 if a
catalogue lacks a translation, a plural form or a value; with ``--check`` nothing is written.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from leancue.language.words import LANGUAGES, SOURCE, path_of  # noqa: E402

from tools.catalogue.collecting import collect  # noqa: E402

_VALUE = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")


def brought_up_to_date(code: str) -> Catalog:
    """Return the catalogue of a language with the texts of the source, in their order."""
    with path_of(code).open("rb") as file:
        known = read_po(file, locale=code)
    made = Catalog(locale=code, project="LeanCue", fuzzy=False, header_comment=f"# LeanCue: {code}")
    for words, context, where in collect():
        one = words[0] if isinstance(words, tuple) else words
        before = known.get(one, context)
        said = before.string if before is not None else ""
        if isinstance(words, tuple) and not isinstance(said, tuple):
            said = ("",) * made.num_plurals
        if not isinstance(words, tuple) and isinstance(said, tuple):
            said = ""
        there = made.get(one, context)
        locations = [*(there.locations if there else ()), (where, None)]
        made.add(words, said, sorted(set(locations)), context=context)
    made.creation_date = made.revision_date = None  # type: ignore[assignment]
    return made


def lacking(catalogue: Catalog) -> Iterator[str]:
    """Yield a message for each missing or wrong entry of a catalogue."""
    for message in catalogue:
        if message.id:
            yield from _wrong(message)


def _wrong(message: Message) -> Iterator[str]:
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    if message.fuzzy or not all(said):
        yield f"“{ids[0]}” is not translated"
        return
    wanted = set(_VALUE.findall(str(ids[-1])))
    for text in said:
        found = set(_VALUE.findall(str(text)))
        if found - wanted or wanted - found - {"number"}:
            yield f"“{ids[0]}” has other values than “{text}”"


def as_text(catalogue: Catalog) -> str:
    """Return the text of the catalogue's file; the same entries give the same text."""
    out = io.BytesIO()
    write_po(out, catalogue, width=100, omit_header=True, include_lineno=False)
    header = (
        f"# LeanCue in {LANGUAGES[str(catalogue.locale)].name}. Written by "
        "tools/write_catalogues.py; translate in msgstr.\n"
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {catalogue.locale}\\n"\n"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    return header + out.getvalue().decode()


def main() -> int:
    """Write or check all catalogues; 0 if nothing is missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    wrong = 0
    for code in (code for code in LANGUAGES if code != SOURCE):
        made = brought_up_to_date(code)
        text, path = as_text(made), path_of(code)
        found = list(lacking(made))
        if check and path.read_text("utf-8") != text:
            found.append("the source has other words: run tools/write_catalogues.py")
        if not check:
            path.write_text(text, encoding="utf-8")
        for line in found:
            sys.stdout.write(f"{path.name}: {line}\n")
        sys.stdout.write(f"{path.name}: {len(made)} messages, {len(found)} wrong\n")
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
