"""A backup as one encrypted file with a passphrase: a tar archive in the age format.

The format is age's own (age-encryption.org/v1, passphrase recipient: scrypt and ChaCha20-Poly1305),
read and written by the package pyrage. `age --decrypt` and `tar` open it without LeanCue.
"""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path
from typing import Any

from leancue.basis import program
from leancue.basis.errors import LibraryError, OutputError
from leancue.language.words import _
from leancue.library.backup import cannot_write

ENDING = ".tar.age"
PASSPHRASE_LEAST = 8


def seal(folder: Path, out: Path, passphrase: str) -> None:
    """Write the backup ``folder`` as the sealed file ``out``; the folder is unchanged.

    Raises:
        LibraryError: for a passphrase that is too short.
        OutputError: where the package is missing, or ``out`` cannot be written.
    """
    if len(passphrase) < PASSPHRASE_LEAST:
        raise LibraryError(
            _("The passphrase is too short."),
            _("It needs at least {least} characters, because others may get hold of the backup.",
              least=PASSPHRASE_LEAST),
        )  # fmt: skip
    age = _age()
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        archive.add(folder, arcname=folder.name)
    part = out.with_name(f".{out.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(age.passphrase.encrypt(plain.getvalue(), passphrase))
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise cannot_write(out, error) from error


def unseal(sealed: Path, into: Path, passphrase: str) -> Path:
    """Unpack a closed backup into the empty folder ``into``; return the backup's own folder.

    Raises:
        LibraryError: where the passphrase is another, or the file is damaged or none of ours.
        OutputError: where the package is missing, or ``into`` cannot be written.
    """
    age = _age()
    try:
        plain = age.passphrase.decrypt(sealed.read_bytes(), passphrase)
    except (age.DecryptError, OSError) as error:
        raise LibraryError(
            _("{file} cannot be opened.", file=sealed.name),
            _("The passphrase is wrong, or the file is damaged."),
            _("Nothing was changed. Try the passphrase again, or another backup."),
        ) from error
    try:
        with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
            archive.extractall(into, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise LibraryError(
            _(
                "{file} does not contain "
                "a backup.", file=sealed.name), _("It cannot be unpacked: {why}.",
              why=error), _("Use another backup."),
        ) from error  # fmt: skip
    folders = [path for path in into.iterdir() if path.is_dir()]
    if len(folders) != 1:
        raise LibraryError(_("{file} does not contain a backup.", file=sealed.name))
    return folders[0]


def _age() -> Any:
    try:
        import pyrage
    except ImportError as error:
        raise OutputError(
            _("Backups cannot be encrypted or decrypted on this computer."),
            _("The package pyrage is not installed."),
            program.get_part("clinic"),
        ) from error
    return pyrage
