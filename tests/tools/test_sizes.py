"""What is over the limits of size has a reason, and the tool counts as it says."""

from __future__ import annotations

import json

import pytest

from tools import sizes

pytestmark = pytest.mark.skipif(not (sizes.ROOT / ".git").exists(), reason="no git checkout")


def test_each_large_file_and_function_has_its_reason_and_no_other() -> None:
    reasons = json.loads(sizes.REASONS.read_text("utf-8"))
    assert list(sizes.problems(sizes.large(), reasons)) == []
    assert all(len(reason) > 10 for reason in reasons.values())


def test_what_has_no_reason_and_what_needs_none_is_told() -> None:
    found = {"host/a.py": 301, "host/b.py f": 41}
    told = list(sizes.problems(found, {"host/b.py f": "", "c.py": ""}))
    assert [line.split(":")[0] for line in told] == ["host/a.py", "c.py"]


def test_functions_are_named_by_what_they_are_in(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "        x = 1\n" * 41
    text = f"class A:\n    def f(self):\n{lines}\n\ndef g():\n    pass\n"
    monkeypatch.setattr(sizes, "sources", lambda: iter([("host/a.py", text)]))
    assert sizes.large() == {"host/a.py A.f": 42}


@pytest.mark.parametrize(
    ("path", "room"),
    [("boards/sim/board.py", "boards/sim"), ("boards/x.py", "boards"), ("host/leancue/a.py",
     "host/leancue"), ("host/examples/a.py", "host"), ("setup.py", None)],
)  # fmt: skip
def test_a_file_counts_in_one_room(path: str, room: str | None) -> None:
    assert sizes.room_of(path) == room


def test_the_rooms_lines_are_those_of_their_files() -> None:
    counts = sizes.lines_by_room()
    assert set(counts) == set(sizes.ROOMS)
    assert counts.total() == sum(len(text.splitlines()) for _, text in sizes.sources())
