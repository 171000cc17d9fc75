"""The site's structure: rooms for its readers, their pages, and the source of each page's text.

A part of a page is ``FILE`` (a document without the sections that other pages have),
``FILE#anchor`` (one section), ``FILE#`` (only the introduction), or ``made:NAME`` (a function of
``made.MADE``).
"""

from __future__ import annotations

from typing import NamedTuple


class Page(NamedTuple):
    """A page: its path in the site without suffix, its title, and the sources of its text."""

    path: str
    title: str
    parts: tuple[str, ...]


class Room(NamedTuple):
    """The pages for one kind of reader; ``words``: what they find there."""

    title: str
    words: str
    pages: tuple[Page, ...]


HOME = Page("index", "LeanCue", ("README.md#", "made:cards", "README.md#how-it-works"))

ROOMS = (
    Room("Try it", "See it work on your own computer, or only in the browser. No clip is needed.", (
        Page("demo", "Reports, to look at", ("made:demo",)),
        Page("try", "Five minutes, no hardware",
             ("README.md#five-minutes-no-hardware", "README.md#without-python",
              "README.md#at-the-clinic")),
    )),
    Room("Runners", "Put it on, calibrate, run; what each buzz and light means.", (
        Page("runners/feel", "What you feel",
             ("shared/docs/runner.md", "device/README.md#signals")),
    )),
    Room("Therapists", "The first visit in ten pictures, the plan and its sources, "
         "what is proved and what is not.", (
        Page("therapists/first-visit", "The first visit", ("shared/docs/first-visit.md",)),
        Page("therapists/plan", "The plan and its sources", ("shared/docs/plan.md",)),
        Page("therapists/proved", "What is proved and what is not",
             ("shared/docs/proved.md", "README.md#how-good-it-is", "README.md#limits-and-safety")),
        Page("therapists/library", "Where the data are", ("host/README.md#the-library",)),
    )),
    Room("Makers", "Boards and wiring, the case to print, every step to build a clip.", (
        Page("makers/boards", "Boards and wiring", ("boards/README.md",)),
        Page("makers/parts", "Parts of a clip",
             ("boards/README.md#parts-of-a-clip", "boards/case/README.md#parts")),
        Page("makers/steps", "Build it, step by step",
             ("boards/case/README.md#steps", "boards/case/README.md#safety-of-the-cell",
              "boards/case/README.md#cleaning")),
        Page("makers/case", "The case", ("boards/case/README.md",)),
        Page("makers/install", "Install the program", ("host/README.md#installing",)),
        Page("makers/check", "First start: is it wired right?",
             ("boards/README.md#first-start-is-it-wired-right",)),
    )),
    Room("Developers", "The rooms of the code, the log and the protocol, how to add things.", (
        Page("developers/contributing", "Contributing", ("CONTRIBUTING.md",)),
        Page("developers/rooms", "Rooms, and where to change what",
             ("README.md#the-rooms", "README.md#to-change-x-go-to-y", "CONTRIBUTING.md#rooms")),
        Page("developers/add", "How to add something", ("CONTRIBUTING.md#to-change-x-go-to-y",)),
        Page("developers/add-board", "Add a board", ("boards/README.md#to-add-a-board",)),
        Page("developers/documents", "Documents", ("shared/docs/README.md",)),
        Page("developers/sample", "The path of a sample", ("shared/docs/sample.md",)),
        Page("developers/axes", "Axes, signs, units", ("shared/docs/axes.md",)),
        Page("developers/protocol", "Protocol and log", ("shared/docs/protocol.md",)),
        Page("developers/orientation", "Orientation", ("shared/docs/orientation.md",)),
        Page("developers/decisions", "Decisions", ("shared/docs/decisions.md",)),
        Page("developers/glossary", "Glossary", ("shared/docs/glossary.md",)),
        Page("developers/core", "The core", ("shared/README.md",)),
        Page("developers/device", "The device", ("device/README.md",)),
        Page("developers/host", "The host", ("host/README.md",)),
        Page("developers/commands", "Commands", ("made:commands",)),
        Page("developers/tests", "Tests",
             ("tests/README.md", "tests/golden/README.md", "tests/golden/recordings/README.md")),
        Page("developers/tools", "Tools", ("tools/README.md", "tools/mutation/README.md")),
        Page("developers/changelog", "Changes", ("CHANGELOG.md",)),
    )),
    Room("Researchers", "Recordings, Python, cohorts, studies, the error model, how to cite.", (
        Page("researchers/recordings", "Recordings", ("host/README.md#recordings",)),
        Page("researchers/python", "From Python", ("host/examples/README.md", "made:api")),
        Page("researchers/notebook", "A notebook", ("made:notebook",)),
        Page("researchers/cohort", "Cohorts", ("shared/docs/cohort.md", "made:dictionary")),
        Page("researchers/study", "Studies", ("shared/docs/study.md", "made:study")),
        Page("researchers/errors", "The error model", ("shared/docs/errors.md", "made:errors")),
        Page("researchers/figures", "All figures of sensing and coaching",
             ("tools/README.md#figures-of-sensing-and-coaching",)),
        Page("researchers/cite", "Cite, licence", ("made:cite", "README.md#licence")),
    )),
)  # fmt: skip

PAGES = (HOME, *(page for room in ROOMS for page in room.pages))
