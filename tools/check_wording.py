"""Check what people read: no medical promise, no verdict, a unit on every number that names one.

Usage: python tools/check_wording.py. Reads the texts of the desk tool (its string literals and the
help of its commands), its pages, the words of faults, settings and signals, the READMEs, and every
catalogue in its own language. In names, comments and docstrings of the code it finds private words
that were replaced by terms of the field. Exits with 1 if a rule below is broken. LeanCue coaches
running posture; it makes no diagnosis and treats nothing.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]

# Forbidden everywhere: pattern, reason.
EVERYWHERE = (
    (r"diagnos\w*", "it makes no diagnosis"),
    (r"treat(s|ed|ing|ments?)?", "it treats nothing"),
    (r"therap(y|ies|eutic)\b", "it is no therapy (a therapist is a person)"),
    (r"cur(e|es|ed|ing|able)", "it cures nothing"),
    (r"heal(s|ed|ing)?", "it heals nothing"),
    (r"rehabilitat\w*", "it coaches running posture"),
    (r"injur\w*", "it says nothing about injuries"),
    (r"prevents? (pain|overuse)|pain[- ]free|pain relief|reliev\w+", "it promises nothing"),
    (r"clinically (proven|tested|validated)|medical device|medically", "it is not medical"),
    (r"patholog\w*|abnormal\w*", "it gives no clinical threshold"),
    (r"(un)?healthy", "it says nothing about health"),
    (r"(wrong|bad|poor|faulty|normal) (lean|posture|gait|running|form)", "it judges nobody"),
    (r"lean (is|was) too (low|high|little|much)", "it gives no clinical threshold"),
    (r"trunk (lean|angle) (is|was|of)", "it is lean at the lower back"),
    (r"patient'?s? (full )?name|surname|date of birth", "patients appear by a code"),
    (r"guarante\w+", "it promises nothing"),
)

# The same in other languages, by the code of their catalogue.
IN_LANGUAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "de": (
        (r"diagnos\w*", "it makes no diagnosis"),
        (r"behandel\w*|behandl\w*", "it treats nothing"),
        (r"therapi(e|en|eren|ert|ere)\b|therapeutisch\w*", "it is no therapy"),
        (r"heil(t|en|ung|sam\w*)|kurier\w*", "it heals nothing"),
        (r"rehabilit\w*|reha", "it coaches running posture"),
        (r"verletz\w*", "it says nothing about injuries"),
        (r"(verhindert|beugt) \w* ?(schmerz\w*|vor)|schmerzfrei\w*|lindert?\w*", "no promise"),
        (r"klinisch\w*|medizinprodukt\w*|medizinisch\w*", "it is not medical"),
        (r"krankhaft\w*|patholog\w*|abnorm\w*|krank|gesund(?!heitsdaten)\w*", "no word of health"),
        (r"(falsche|schlechte|normale)[rnms]? (neigung|haltung|gang|lauf\w*)", "no verdict"),
        (r"(neigung|lehnen) (ist|war) zu (gering|groß|stark|wenig|viel)", "no clinical threshold"),
        (r"rumpfneigung (ist|war|von)", "it is lean at the lower back"),
        (r"nachname\w*|geburtsdatum", "patients appear by a code"),
        (r"garantier\w*", "it promises nothing"),
    ),
}  # fmt: skip

# Also forbidden in reports: words of a verdict or an order.
IN_REPORTS = (
    (r"risk\w*", "no verdict"),
    (r"too (low|high)", "no verdict"),
    (r"bad(ly)?|poor(ly)?|good|worse|better", "no verdict"),
    (r"should|must|ought", "no order"),
    (r"healthy|unhealthy|normal", "no verdict"),
)

# Private words that were replaced: where, pattern, the term to use. Parts of names count too.
IN_CODE = (
    ("*", r"lookout|ledger|referee|scribe|belonging", "see the glossary"),
    ("shared/leancore/attitude", r"beats?", "update"),
    ("shared/leancore/attitude", r"hear|heard|word", "the chip's orientation"),
    ("shared/leancore/attitude", r"tend|slow work", "deferred work"),
    ("shared/leancore/attitude", r"anchor(ed)?", "the mean after a gap"),
    ("device/lib/leandevice/storage", r"marks|anchors?|phase", "pulled index, origin, offset"),
    ("device", r"wish(es)?", "request"),
    ("device", r"complain(s|ts?)?|remark(s|ed)?|untold", "signal a fault, note, unrecorded"),
    ("device", r"owes?|dozes?|dozing|insist", "was cut, standby, retry"),
    ("host/leancue", r"deeds?|doom(ed)?|binned|curtain|silhouette",
     "action, erased, in the bin, lock screen, posture figure"),
    ("host/leancue", r"hindsight|patience|crew|heirs?", "backdated, timeout, threads, subclass"),
    ("tools", r"nasty|strangers?|witness(es)?|soaked",
     "hostile, foreign device, write log, soak result"),
    ("device/lib/leandevice/link", r"hear|say|hang up", "receive, begin a frame, forget the host"),
    ("shared/leancore/sensor", r"halves|said|told", "16-bit view, confirmed, reported"),
)

# Exceptions.
ALLOWED = (
    "it makes no diagnosis and treats nothing",
    "nothing here is a diagnosis",
    "stellt keine diagnose und behandelt nichts",
)

# The end of a value's name; one of these must be in the sentence.
UNITS = {
    "deg": ("°", "degrees"), "cdeg": ("°", "degrees"), "spm": ("steps/min",), "percent": ("%",),
    "s": (" s", " min", "seconds"), "ms": (" ms", " s", "seconds"), "mv": ("mV", " V"),
    "minutes": (" min",), "hz": ("Hz",), "kb": ("kB",),
}  # fmt: skip
AS_TYPED = ("The window --{} {}:{}",)  # repeats what the person typed
_SENTENCE = re.compile(r"[a-z]{2}.* .*[a-z]{2}", re.DOTALL)

CATALOGUES = "host/leancue/language/catalogues/*.po"
LITERALS = ("host/leancue/**/*.py",)
TABLES = (
    "shared/leancore/schema/faults.py", "shared/leancore/schema/settings.py",
    "shared/leancore/coaching/prescription.py", "device/lib/leandevice/button.py",
    "device/lib/leandevice/feedback/feedback_patterns.py",
)  # fmt: skip
PAGES = ("**/*.md", "host/leancue/**/*.html", "host/leancue/**/*.typ", "host/leancue/**/*.js")
CODE = tuple(f"{room}/**/*.py" for room in ("shared", "device", "boards", "host", "tools", "tests"))
SPEAKS_OF_THEM = ("tools/check_wording.py", "tests/tools/test_check_wording.py")
NOT_OURS = ("build", "dist", "out", "vendor")


class Text(NamedTuple):
    """A text for users: its place and its words."""

    where: str
    words: str


def forbidden(words: str, rules: tuple[tuple[str, str], ...] = EVERYWHERE) -> Iterator[str]:
    """Yield the forbidden expressions in ``words``, with the reason."""
    words = " ".join(words.split())
    for allowed in ALLOWED:
        words = re.sub(re.escape(allowed), "", words, flags=re.IGNORECASE)
    for pattern, why in rules:
        for found in re.finditer(rf"\b(?:{pattern})\b", words, re.IGNORECASE):
            yield f"“{found.group()}”: {why}"


def texts(root: Path) -> Iterator[Text]:
    """Yield all texts for users."""
    for path in _files(root, (*LITERALS, *TABLES)):
        helps = path.parent.name == "commands"
        for line, words in _literals(ast.parse(path.read_text("utf-8")), helps):
            yield Text(f"{path.relative_to(root)}:{line}", words)
    for path in _files(root, PAGES):
        for part in path.read_text("utf-8").split("\n\n"):
            yield Text(f"{path.relative_to(root)}: {part.strip()[:40]}…", part)


def _files(root: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    """Yield the project's own files."""
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            folders = path.relative_to(root).parts[:-1]
            if not any(name.startswith(".") or name in NOT_OURS for name in folders):
                yield path


def _literals(tree: ast.Module, helps: bool) -> Iterator[tuple[int, str]]:
    """Yield line and text of each string that is not a docstring, and of the commands' help."""
    hidden = {node for owner in ast.walk(tree) for node in _unread(owner, helps)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, _joined(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in hidden:
            yield node.lineno, node.value


def _unread(owner: ast.AST, helps: bool) -> Iterator[ast.AST]:
    """Yield nodes to skip: docstrings except a command's help, and parts of f-strings."""
    if isinstance(owner, ast.JoinedStr):
        yield from owner.values
    if isinstance(owner, ast.Module | ast.ClassDef | ast.FunctionDef) and owner.body:
        first = owner.body[0]
        is_help = helps and isinstance(owner, ast.FunctionDef)
        if isinstance(first, ast.Expr) and not is_help:
            yield first.value


def _joined(node: ast.JoinedStr) -> str:
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
    )


def without_unit(root: Path) -> Iterator[str]:
    """Yield the sentences that contain a value named with a unit, but not the unit."""
    for path in _files(root, LITERALS):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                for name in bare(node):
                    yield f"{path.relative_to(root)}:{node.lineno}: {name} is said without its unit"


def bare(node: ast.JoinedStr) -> Iterator[str]:
    """Yield the values of a sentence whose names end in a unit that the sentence lacks."""
    said = _joined(node).replace("\u00a0", " ")
    if not _SENTENCE.search(said) or said in AS_TYPED:
        return
    for part in node.values:
        name = _name(part.value) if isinstance(part, ast.FormattedValue) else ""
        unit = UNITS.get(name.rpartition("_")[2]) if "_" in name else None
        if unit and not any(sign in said for sign in unit):
            yield name


def _name(value: ast.expr) -> str:
    """The name of a plain value, perhaps divided or negated; "" for anything else."""
    if isinstance(value, ast.BinOp):
        value = value.left
    if isinstance(value, ast.UnaryOp):
        value = value.operand
    if isinstance(value, ast.Name):
        return value.id
    return value.attr if isinstance(value, ast.Attribute) else ""


def in_catalogue(text: str, code: str) -> Iterator[str]:
    """Yield the forbidden expressions in the translations of a catalogue (its file's text)."""
    for message in read_po(io.StringIO(text), locale=code):
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        for words in said if message.id else ():
            for problem in forbidden(str(words), IN_LANGUAGES[code]):
                yield f"{message.id}: {problem}"


def private_words(text: str, place: str) -> Iterator[tuple[int, str]]:
    """Yield line and problem for each private word in the code ``text`` of the file ``place``."""
    rules = [(pattern, why) for where, pattern, why in IN_CODE
             if where == "*" or place.startswith(where + "/")]  # fmt: skip
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", text)  # keeps the number of lines
    for pattern, why in rules:
        for found in re.finditer(rf"\b(?:{pattern})\b", words, re.IGNORECASE):
            yield words.count("\n", 0, found.start()) + 1, f"“{found.group()}”: {why}"


def _private_words_of(root: Path) -> Iterator[str]:
    for path in _files(root, CODE):
        place = path.relative_to(root).as_posix()
        if place not in SPEAKS_OF_THEM:
            for number, problem in private_words(path.read_text("utf-8"), place):
                yield f"{place}:{number}: {problem}"


def problems(root: Path) -> Iterator[str]:
    """Yield each broken rule as text."""
    for path in sorted(root.glob(CATALOGUES)):
        for problem in in_catalogue(path.read_text("utf-8"), path.stem):
            yield f"{path.relative_to(root)}: {problem}"
    for text in texts(root):
        for problem in forbidden(text.words):
            yield f"{text.where}: {problem}"
    yield from without_unit(root)
    yield from _private_words_of(root)


def main() -> int:
    """Print the broken rules; return 0 if there are none."""
    argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0]).parse_args()
    found = list(problems(ROOT))
    for line in found:
        sys.stdout.write(line + "\n")
    sys.stdout.write(f"wording: {len(found)} wrong\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
