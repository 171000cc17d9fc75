"""Import cycles between files, and between the rooms (subpackages) of a package.

Imports inside functions count; imports for type checkers only do not.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

PACKAGES = {  # name: folder
    "leancore": "shared/leancore", "leandevice": "device/lib/leandevice",
    "leancue": "host/leancue", "boards.sim": "boards/sim",
}  # fmt: skip
Graph = Mapping[str, set[str]]


def circles(root: Path) -> Iterator[str]:
    """Yield each circle in words."""
    for package, folder in PACKAGES.items():
        files = modules(root / folder, package)
        graph = {name: imported(path, name, files) for name, path in files.items()}
        for circle in found(graph):
            yield f"files import each other in a circle: {', '.join(circle)}"
        for circle in found(rooms(graph, package)):
            yield f"rooms of {package} import each other in a circle: {', '.join(circle)}"


def modules(folder: Path, package: str) -> dict[str, Path]:
    """Return the modules of a package: name → file."""
    names = {}
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder).with_suffix("").parts
        names[".".join((package, *inside)).removesuffix(".__init__")] = path
    return names


def imported(path: Path, name: str, files: Mapping[str, Path]) -> set[str]:
    """Return which of ``files`` a module imports."""
    tree = ast.parse(path.read_text("utf-8"))
    typed = for_types(tree)
    names: set[str] = set()
    for node in ast.walk(tree):
        if node in typed:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                names.add(full if full in files else node.module)
    return {one for one in names if one in files and one != name}


def for_types(tree: ast.Module) -> set[ast.AST]:
    """Return everything in `if TYPE_CHECKING`, which no interpreter runs."""
    return {
        node
        for choice in ast.walk(tree)
        if isinstance(choice, ast.If) and ast.unparse(choice.test) == "TYPE_CHECKING"
        for node in ast.walk(choice)
    }


def rooms(graph: Graph, package: str) -> dict[str, set[str]]:
    """Return the graph of a package's rooms; a module outside of them is a room by itself."""
    found_rooms: dict[str, set[str]] = defaultdict(set)
    depth = package.count(".") + 2

    def room(name: str) -> str:
        return ".".join(name.split(".")[:depth])

    for name, others in graph.items():
        found_rooms[room(name)] |= {room(one) for one in others} - {room(name), package}
    return found_rooms


def found(graph: Graph) -> Iterator[list[str]]:
    """Yield the sets of two or more nodes that all reach each other."""
    reach = {name: _reached(graph, name) for name in graph}
    told: set[str] = set()
    for name in sorted(graph):
        circle = sorted(one for one in reach[name] if name in reach.get(one, ()))
        if name in reach[name] and name not in told:
            told.update(circle)
            yield circle


def _reached(graph: Graph, start: str) -> set[str]:
    seen: set[str] = set()
    ahead: Iterable[str] = graph[start]
    while ahead := set(ahead) - seen:
        seen |= ahead
        ahead = {one for name in ahead for one in graph.get(name, ())}
    return seen
