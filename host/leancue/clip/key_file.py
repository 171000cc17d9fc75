"""The clinic's key on this host: a file that only its user can read."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from leancore.link import clinic_lock

from leancue.basis.errors import KeyFileError, OutputError
from leancue.basis.files import read_at_most, reason_of
from leancue.language.reasons import said
from leancue.language.words import _

_BYTES_MOST = 1000
ENVIRONMENT = "LEANCUE_KEY_FILE"


def path() -> Path:
    """The key's path; the environment variable LEANCUE_KEY_FILE has priority."""
    named = os.environ.get(ENVIRONMENT)
    if named:
        return Path(named)
    from platformdirs import user_config_dir

    return Path(user_config_dir("leancue", appauthor=False)) / "clinic.key"


def load() -> bytes | None:
    """Return the key, None if this host has none; KeyFileError if the file is not a key."""
    file = path()
    return read(file) if file.exists() else None


def read(file: Path) -> bytes:
    """Return the key in ``file``; KeyFileError."""
    try:
        return clinic_lock.key_of(read_at_most(file, _BYTES_MOST).decode("ascii").strip())
    except (OSError, ValueError) as error:
        raise KeyFileError(
            _(
                "{file} does not contain a clinic's key: {reason}.",
                file=file,
                reason=said(reason_of(error)),
            ),
            _("A key is 64 hex digits on one line."),
            "Copy it again from the clinic's other desk: `leancue clinic-key import FILE`.",
        ) from error


def keep(key: bytes) -> Path:
    """Store ``key`` readable only by this user; return the path. OutputError."""
    file = path()
    beside = file.with_name(file.name + ".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(key.hex() + "\n")
            out.flush()
            os.fsync(out.fileno())
        os.replace(beside, file)
    except OSError as error:
        raise OutputError(
            _(
                "Cannot save the key as {file}: {reason}.",
                file=file,
                reason=error.strerror or error,
            ),
            way_out=_(
                "Name another file in the environment variable {environment}.",
                environment=ENVIRONMENT,
            ),
        ) from error
    return file


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 of ``data``, for ``clinic_lock.proof``."""
    return hashlib.sha256(data).digest()


def make() -> bytes:
    """Return a new key."""
    return secrets.token_bytes(clinic_lock.KEY_BYTES)
