"""A sheet as one self-contained HTML page."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from string import Template

from leancue.basis.plain_text import plain_lines
from leancue.language.formats import decimal
from leancue.language.words import _, current
from leancue.report.sheet import Card, Section, Sheet
from leancue.report.svg import tag

_TEMPLATE = Path(__file__).with_name("page.html")


def as_html(sheet: Sheet) -> str:
    """Return the sheet as a page; the same sheet gives the same page."""
    template = Template(_TEMPLATE.read_text(encoding="utf-8"))
    page = template.substitute(
        title=escape(f"{sheet.patient}: {sheet.when}"),
        language=current(),
        lean=_("lean"),
        steps=_("steps/min"),
        decimal=decimal(0.5)[1],
        patient=escape(sheet.patient),
        when=escape(sheet.when),
        headline=escape(sheet.headline),
        asked=escape(sheet.asked),
        numbers=_cards(sheet.cards),
        chart=_chart(sheet),
        talk=_section(sheet.talk),
        sections="".join(_section(section) for section in sheet.sections),
        origin=_section(sheet.origin, _details(sheet.details), "origin"),
    )
    return plain_lines(page)


def _cards(cards: tuple[Card, ...]) -> str:
    return f'<div class="numbers">{"".join(map(_card, cards))}</div>' if cards else ""


def _card(card: Card) -> str:
    unit = f" <small>{escape(card.unit)}</small>" if card.unit else ""
    return (
        f'<div class="number"><h3>{escape(card.name)}</h3>'
        f'<p class="value">{escape(card.value)}{unit}</p><p>{escape(card.remark)}</p></div>'
    )


def _chart(sheet: Sheet) -> str:
    if not sheet.charts:
        return f'<p class="empty">{escape(sheet.empty)}</p>'
    keys = "".join(f"<span>{key.mark}{escape(key.words)}</span>" for key in sheet.keys)
    out = f'<div class="chart">{"".join(sheet.charts)}<p id="values" hidden></p></div>'
    out += f'<p class="legend">{keys}</p>'
    if sheet.under:
        out += f'<p class="legend">{escape(sheet.under)}</p>'
    if sheet.hover:
        out += f'<script type="application/json" id="hover">{json.dumps(sheet.hover)}</script>'
    return out


def _section(section: Section, more: str = "", name: str = "") -> str:
    if section.listed:
        lines = tag("ul", "".join(tag("li", escape(line)) for line in section.lines))
    else:
        lines = "".join(tag("p", escape(line)) for line in section.lines)
    heading = tag("h2", escape(section.title))
    return f'<section class="{name}">{heading}{lines}{more}</section>'


def _details(details: tuple[tuple[str, str], ...]) -> str:
    rows = (
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in details
    )
    return tag("dl", "".join(rows))
