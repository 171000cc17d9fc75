"""What the documents name: links, files, definitions and commands, read from their Markdown."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import typer
from leancue import cli

from tools.site.markdown import anchors, blocks, links, prose

_CODE = re.compile(r"`([^`\n]+)`")
_NAMED = re.compile(r"\[`([\w.]+)(?:\(\))?`\]\(([^)\s#]+\.py)\)")
_FILE = re.compile(
    r"`((?:[\w.-]+/)*[\w.-]+\.py|(?:[\w.-]+/)+[\w.-]+\.(?:md|svg|json|toml|yml|html))`"
)
_MADE = re.compile(r"^out/|^leanboard\.py$")  # by a demo; by the installer on the drive
_TYPED = re.compile(r"(?<![\w./-])leancue((?: +[^\s`|;&#()]+)+)")
_ELSEWHERE = re.compile(r"^[a-z]+:", re.IGNORECASE)
_NOT_OURS = {"build", "dist", "out", "node_modules", "__pycache__"}
_HIDDEN = {
    ".git", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv",
}  # fmt: skip


class Place(NamedTuple):
    """A document, and what it names there."""

    page: Path
    named: str


def pages(root: Path) -> list[Path]:
    """Return the project's own documents."""
    return sorted(root / path[1:] for path in project_files(root) if path.endswith(".md"))


def broken_links(page: Path, root: Path) -> Iterator[str]:
    """Yield each relative link that leads nowhere, with the reason."""
    for link in links(page.read_text("utf-8")):
        if _ELSEWHERE.match(link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.is_relative_to(root.resolve()):
            yield f"{link}: leads out of the project"
        elif not target.exists():
            yield f"{link}: no such file"
        elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text("utf-8")):
            yield f"{link}: no such heading"


def named_definitions(page: Path) -> Iterator[Place]:
    """Yield (file, name) of each link to a Python file whose text is a name in it."""
    for name, link in _NAMED.findall(page.read_text("utf-8")):
        yield Place((page.parent / link).resolve(), name)


def missing_files(page: Path, root: Path) -> Iterator[str]:
    """Yield each path or Python file that stands in the page as code and is none of the project.

    A path may begin at any folder, as in ``leancore/pipeline.py``.
    """
    ours = project_files(root)
    for name in _FILE.findall(prose(page.read_text("utf-8"))):
        if not _MADE.match(name) and not any(path.endswith("/" + name) for path in ours):
            yield name


@cache
def project_files(root: Path) -> frozenset[str]:
    """Return the paths of the project's files, each with a slash before it."""
    found = set()
    for path in root.rglob("*.*"):
        parts = path.relative_to(root).parts
        if not any(part in _NOT_OURS or part in _HIDDEN for part in parts[:-1]):
            found.add("/" + "/".join(parts))
    return frozenset(found)


@cache
def definitions(path: Path) -> frozenset[str]:
    """Return what a module defines: functions, classes, ``Class.member``, and its variables."""
    return frozenset(_defined(ast.parse(path.read_text("utf-8")).body, ""))


def _defined(body: list[ast.stmt], owner: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield owner + node.name
            yield from (owner + name for name in _own_attributes(node) if owner)
        elif isinstance(node, ast.ClassDef):
            yield owner + node.name
            yield from _defined(node.body, owner + node.name + ".")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield from (
                    owner + part.id for part in ast.walk(target) if isinstance(part, ast.Name)
                )


def _own_attributes(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        is_own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if is_own and node.value.id == "self" and isinstance(node.ctx, ast.Store):
            yield node.attr


def commands_typed(text: str) -> Iterator[str]:
    """Yield what follows ``leancue`` wherever a page shows it as code."""
    for block in blocks(text):
        for line in block.splitlines():
            yield from _TYPED.findall(line)
    for code in _CODE.findall(prose(text)):
        yield from _TYPED.findall(code)


def unknown_command(words: str) -> str:
    """Return why ``words`` (what follows ``leancue``) are no command; "" if they are one."""
    command = _command_line()
    path = "leancue"
    for word in words.split():
        if word.startswith("--"):
            name = word.partition("=")[0]
            if name != "--help" and name not in _options(command):
                return f"`{path}` has no option {name}"
        elif hasattr(command, "commands") and re.fullmatch(r"[a-z][a-z-]*", word):
            if word not in command.commands:
                return f"`{path}` has no command {word}"
            command = command.commands[word]
            path += " " + word
    return ""


@cache
def _command_line() -> Any:
    return typer.main.get_command(cli.app)


def _options(command: Any) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts}
