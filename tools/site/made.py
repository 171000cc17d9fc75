"""Parts of pages that no document contains: they are generated from the program's own tables."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer
import yaml
from leancue import api, cli
from leancue.cohort import dataset_schema
from leancue.runs import measurement_error
from leancue.study import study_export

from tools.site import notebook
from tools.site.pages import ROOMS, Room

ROOT = Path(__file__).resolve().parents[2]
_WIDTH = 88
_LINKS_A_CARD = 4
_BLOCK = re.compile(r"^(Args|Raises|Example):+$", re.MULTILINE)


def cards() -> str:
    """Return a card for each kind of reader, with the first pages of their room."""
    shown = "\n\n".join(_card(room) for room in ROOMS)
    first = "[Look at a run](site:demo.md){ .md-button .md-button--primary }"
    then = "[Try it in five minutes](site:try.md){ .md-button }"
    return f'{first} {then}\n\n<div class="grid cards" markdown>\n\n{shown}\n\n</div>'


def _card(room: Room) -> str:
    links = "<br>".join(
        f"[{page.title}](site:{page.path}.md)" for page in room.pages[:_LINKS_A_CARD]
    )
    rest = f"<br>[All {len(room.pages)} pages](site:{room.pages[0].path}.md)"
    more = rest if len(room.pages) > _LINKS_A_CARD else ""
    return f"-   **{room.title}**\n\n    {room.words}\n\n    {links}{more}"


def commands() -> str:
    """Return the help of every command, as the command line prints it."""
    root = typer.main.get_command(cli.app)
    return "\n\n".join(
        f"## {name}\n\n```text\n{words}\n```" for name, words in _helps(root, "leancue")
    )


def _helps(command: Any, name: str) -> Iterator[tuple[str, str]]:
    context = command.context_class(command, info_name=name, terminal_width=_WIDTH)
    yield name, command.get_help(context)
    for word, inner in sorted(getattr(command, "commands", {}).items()):
        yield from _helps(inner, f"{name} {word}")


def api_reference() -> str:
    """Return what ``leancue.api`` promises, and each of its names."""
    words = inspect.getdoc(api) or ""
    parts = ["## The promise", _docstring(words)]
    for name in sorted(api.__all__, key=str.lower):
        parts += [f"## {name}", _described(getattr(api, name))]
    return "\n\n".join(parts)


def _described(value: Any) -> str:
    if not callable(value):
        return f"```python\n{value!r}\n```"
    is_tuple = isinstance(value, type) and hasattr(value, "_fields")
    if is_tuple:
        kinds = {
            key: getattr(kind, "__forward_arg__", kind)
            for key, kind in value.__annotations__.items()
        }
        fields = "\n".join(f"    {key}: {kind}" for key, kind in kinds.items())
        head = f"class {value.__name__}(NamedTuple):\n{fields}"
    elif isinstance(value, type):
        head = f"class {value.__name__}"
    else:
        head = f"{value.__name__}{_signature(value)}"
    words = f"```python\n{head}\n```\n\n{_docstring(inspect.getdoc(value) or '')}"
    return "\n\n".join([words, *([] if is_tuple else _methods(value))])


def _methods(value: Any) -> Iterator[str]:
    """Yield the methods of an API class that one may call or override."""
    for name, method in vars(value).items() if isinstance(value, type) else ():
        if inspect.isfunction(method) and not name.startswith("_"):
            head = f"def {name}{_plain(str(inspect.signature(method)))}"
            yield f"```python\n{head}\n```\n\n{_docstring(inspect.getdoc(method) or '')}"


def _signature(function: Callable[..., Any]) -> str:
    """Return a function's arguments, one per line if there are several, and its return type."""
    found = inspect.signature(function)
    names: list[str] = []
    starred = False
    for one in found.parameters.values():
        if one.kind is one.KEYWORD_ONLY and not starred:
            names, starred = [*names, "*"], True
        names.append(_plain(str(one)))
    between = ",\n    " if len(names) > 1 else ", "
    opening = "\n    " if len(names) > 1 else ""
    return f"({opening}{between.join(names)}) -> {_plain(str(found.return_annotation))}"


def _plain(text: str) -> str:
    return text.replace("'", "")


def _docstring(text: str) -> str:
    """Return a docstring as Markdown, with its lists of arguments and its examples as blocks."""
    text = text.replace("``", "`")
    found = list(_BLOCK.finditer(text))
    parts = [text[: found[0].start()] if found else text]
    ends = [*(block.start() for block in found[1:]), len(text)]
    for block, end in zip(found, ends, strict=False):
        inner = textwrap.dedent(text[block.end() : end].strip("\n")).rstrip()
        kind = "python" if block[1] == "Example" else "text"
        parts.append(f"{block[1]}:\n\n```{kind}\n{inner.replace('`', '')}\n```")
    return "\n\n".join(part.strip() for part in parts)


def dictionary() -> str:
    """Return the tables of the data set, column by column."""
    tables = dataset_schema.TABLES
    parts = [
        f"## {name}: {dataset_schema.WORDS[name]}\n\n{dataset_schema.described(name)}"
        for name in tables
    ]
    return "\n\n".join(parts)


def study() -> str:
    """Return the data set of a study, column by column."""
    return study_export.dictionary()


def errors() -> str:
    """Return how the lean is measured and its possible error, in the words of each report."""
    return (
        "## As every report says it\n\n"
        f"> {measurement_error.method()}\n>\n> {measurement_error.how_sure()}"
    )


def cite() -> str:
    """Return how to cite: the text of CITATION.cff, and as BibTeX."""
    found = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    authors = " and ".join(author["name"] for author in found["authors"])
    year = str(found["date-released"])[:4]
    entry = (
        f"@software{{leancue,\n  title = {{{found['title']}}},\n  author = {{{{{authors}}}}},\n"
        f"  version = {{{found['version']}}},\n  year = {{{year}}},\n"
        f"  license = {{{found['license']}}}\n}}"
    )
    return (
        f"{found['message']} The file [CITATION.cff](CITATION.cff) holds the same for programs.\n\n"
        f"> {authors} ({year}). *{found['title']}* (version {found['version']}) "
        f"[computer program].\n\n```bibtex\n{entry}\n```\n\n{_references(found['references'])}"
    )


def _references(found: list[dict[str, Any]]) -> str:
    rows = ["## What it rests on", ""]
    for one in found:
        authors = ", ".join(
            f"{author['family-names']} {author['given-names'][0]}" for author in one["authors"]
        )
        doi = one["doi"]
        rows.append(
            f"- {authors} ({one['year']}). {one['title']}. *{one['journal']}* {one['volume']}: "
            f"{one['start']}–{one['end']}. [doi {doi}](https://doi.org/{doi}). {one['scope']}"
        )
    return "\n".join(rows)


def notebook_page() -> str:
    """Return the notebook of the examples, run now: its text, its code, and the results."""
    path = ROOT / "host" / "examples" / "other_bands.ipynb"
    parts = ["The file is `host/examples/other_bands.ipynb`; what follows was run for this page."]
    for cell in notebook.executed(path):
        parts += [re.sub(r"^# .*\n+", "", cell.words)] if cell.words else []
        parts += [f"```python\n{cell.code}\n```"] if cell.code else []
        parts += [f"```text\n{cell.printed.rstrip()}\n```"] if cell.printed else []
        parts += [_inline(figure) for figure in cell.figures]
    return "\n\n".join(parts)


def _inline(figure: str) -> str:
    svg = figure[figure.index("<svg") :]
    return '<div class="figure">' + re.sub(r"\n\s*", " ", svg).strip() + "</div>"


MADE: Mapping[str, Callable[[], str]] = {
    "cards": cards, "commands": commands, "api": api_reference, "dictionary": dictionary,
    "study": study, "errors": errors, "cite": cite, "notebook": notebook_page,
}  # fmt: skip
