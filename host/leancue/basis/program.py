"""How this program was started, its optional packages, and its age.

From pip it is Python with packages; as a download it is one frozen program.
"""

from __future__ import annotations

import sys
from datetime import date

from leancue import RELEASED, __version__

FROZEN = bool(getattr(sys, "frozen", False))
OLD_DAYS = 365
_MONTH_DAYS = 30.4


def module(name: str) -> list[str]:
    """Return the command that runs one of our modules as a separate program.

    The download's entry (``tools/package/entry.py``) understands ``-m`` for those it may run.
    """
    return [sys.executable, "-m", name]


def get_part(extra: str) -> str:
    """The way out if the packages of one of our extras are missing."""
    if FROZEN:
        return (
            "Download the program again. Parts that its README lists as left out need an "
            "installation with Python: `pip install 'leancue[{extra}]'`."
        )
    return f"Type `pip install 'leancue[{extra}]'` and repeat the command."


def get_package(requirement: str) -> str:
    """The way out if a package is missing or has another version."""
    if FROZEN:
        return "The program is damaged: download it again. Library, keys and settings are kept."
    return f"Type `pip install {requirement}` (this needs the network once) and repeat the command."


def get_newer() -> str:
    """The way out if this program is too old."""
    if FROZEN:
        return "Download the newest version: it replaces this one. Library and settings are kept."
    return "Type `pip install --upgrade leancue`: it updates the desk tool."


def age_days(today: date | None = None) -> int:
    """Return the age of this version in days, without network access."""
    return ((today or date.today()) - date.fromisoformat(RELEASED)).days


def age(today: date | None = None) -> str:
    """Return the age of this version as text."""
    days = age_days(today)
    if days < 0:
        return f"of {RELEASED}, which is in the future by this computer's clock"
    if days < 2 * _MONTH_DAYS:
        return f"of {RELEASED}, {days} day{'' if days == 1 else 's'} old"
    return f"of {RELEASED}, {int(days / _MONTH_DAYS)} months old"


def is_old(today: date | None = None) -> bool:
    """Whether it is time to look for a newer version."""
    return age_days(today) > OLD_DAYS


def name() -> str:
    """Return name, version and age."""
    return f"leancue {__version__} {age()}"
