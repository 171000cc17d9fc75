"""The clinic's details: name and logo on printed pages, language, users."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from leancue.basis.errors import LibraryError
from leancue.basis.plain_text import plain
from leancue.language.words import LANGUAGES, SOURCE, _
from leancue.library.audit import WHO_MOST
from leancue.library.models import OptionRecord
from leancue.library.repository import Repository

_PREFIX = "clinic."
_TEXT_MOST = 120
LOGO_BYTES_MOST = 100_000
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")  # how a PNG and a JPEG begin
PAPER_SIZES = ("a4", "letter")
PEOPLE_MOST = 40


@dataclass(frozen=True)
class ClinicDetails:
    """``name``, ``contact``: on paper; ``people``: initials to choose from, in their order."""

    name: str = ""
    contact: str = ""
    language: str = SOURCE
    paper: str = "a4"
    people: tuple[str, ...] = ()
    logo: bytes = b""


class Clinic(Repository):
    """``library.clinic``."""

    def get(self) -> ClinicDetails:
        """Return all details, with defaults for those never set."""
        with self._database.read() as db:
            found = {key: row.value for key in _KEYS if (row := db.get(OptionRecord, key))}

        def text(name: str, default: str = "") -> str:
            return found.get(_PREFIX + name, default)

        return ClinicDetails(
            name=text("name"), contact=text("contact"), language=text("language", SOURCE),
            paper=text("paper", "a4"), people=tuple(text("people").split()),
            logo=base64.b64decode(text("logo")),
        )  # fmt: skip

    def set(self, **details: str) -> None:
        """Change ``name``, ``contact``, ``language``, ``paper`` or ``people`` (initials, apart).

        Raises:
            LibraryError: for one that cannot be; nothing is changed then.
        """
        checked = {name: _checked(name, text) for name, text in details.items()}
        with self._database.write() as db:
            for name, text in checked.items():
                db.merge(OptionRecord(key=_PREFIX + name, value=text))

    def set_logo(self, picture: bytes) -> None:
        """Keep the logo, a PNG or JPEG; b"" = none. LibraryError."""
        if picture and not picture.startswith(_PICTURES):
            raise LibraryError(
                _("This picture cannot be the logo."), _("It is no PNG and no JPEG."),
                _("Save it as one of these."),
            )  # fmt: skip
        if len(picture) > LOGO_BYTES_MOST:
            raise LibraryError(
                _("The logo has {size} kB.", size=len(picture) // 1000),
                _("It may have {size} kB.", size=LOGO_BYTES_MOST // 1000), _("Make it smaller."),
            )  # fmt: skip
        with self._database.write() as db:
            value = base64.b64encode(picture).decode()
            db.merge(OptionRecord(key=_PREFIX + "logo", value=value))


_NAMES = ("name", "contact", "language", "paper", "people", "logo")
_KEYS = tuple(_PREFIX + name for name in _NAMES)


def _checked(name: str, text: str) -> str:
    text = " ".join(plain(text).split())
    allowed = {"language": tuple(LANGUAGES), "paper": PAPER_SIZES}.get(name)
    if allowed and text not in allowed:
        raise LibraryError(_("`{text}` is none of {names}.", text=text, names=", ".join(allowed)))
    if name == "people":
        people = tuple(dict.fromkeys(text.replace(",", " ").split()))
        if len(people) > PEOPLE_MOST or any(len(one) > WHO_MOST for one in people):
            raise LibraryError(
                _(
                    "Initials have at most {who_most} letters, for at most {people_most} people.",
                    who_most=WHO_MOST,
                    people_most=PEOPLE_MOST,
                ),
                way_out=_("Separate initials by spaces: AB CD."),
            )
        return " ".join(people)
    if len(text) > _TEXT_MOST:
        raise LibraryError(_("At most {most} letters fit on the paper.", most=_TEXT_MOST))
    return text
