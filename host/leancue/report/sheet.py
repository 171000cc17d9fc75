"""One page as data, written by ``html_page`` as HTML and ``pdf_page`` as PDF. Plain texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Card:
    """A number: its name, the value with its ``unit`` or error, and a remark."""

    name: str
    value: str
    unit: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Key:
    """An entry of the chart's legend: a small picture (SVG) and its meaning."""

    mark: str
    words: str


@dataclass(frozen=True)
class Section:
    """Lines under a heading; ``listed``: each is an item."""

    title: str
    lines: tuple[str, ...]
    listed: bool = True


@dataclass(frozen=True)
class Sheet:
    """One page about a run or a patient, from top to bottom.

    ``charts``: SVG, one below the other; ``empty``: text if there are none. ``talk``: points to
    discuss. ``origin``: verification and origin. ``hover``: values shown under the pointer
    (``chart.hover``).
    """

    patient: str
    when: str
    headline: str
    asked: str
    cards: tuple[Card, ...]
    charts: tuple[str, ...]
    empty: str
    keys: tuple[Key, ...]
    under: str
    talk: Section
    sections: tuple[Section, ...]
    origin: Section
    details: tuple[tuple[str, str], ...]
    hover: dict[str, Any] | None = None
