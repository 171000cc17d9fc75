"""Entry point of the download: the command line, the clinic's page, or one of its own modules.

A frozen program has no ``python -m``; it runs the modules that it starts as separate programs.
"""

import os
import sys
from multiprocessing import freeze_support
from pathlib import Path

MODULES = ("boards.sim", "leancue.desktop.page_window")
ICON = "leancue-clinic"  # the program's name when started by an icon


def begin() -> None:
    """Run what the program's name and arguments ask for."""
    _leave_libraries_alone()
    name = Path(sys.argv[0]).stem.lower().replace(" ", "-")
    if sys.argv[1:2] == ["-m"] and sys.argv[2] in MODULES:
        _run(sys.argv.pop(1) and sys.argv.pop(1))
    elif name == ICON and len(sys.argv) == 1:
        from leancue.icon_start import main

        main()
    else:
        from leancue.cli import main

        main()


def _leave_libraries_alone() -> None:
    """Restore the system's library path for other programs; start our own from scratch.

    PyInstaller's bootloader would otherwise take one of our own modules for a worker that has our
    paths already, and not set its library path.
    """
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    elif sys.platform == "linux":
        os.environ.pop("LD_LIBRARY_PATH", None)


def _run(module: str) -> None:
    if module == "boards.sim":
        from boards.sim.__main__ import main
    else:
        from leancue.desktop.page_window import main
    sys.exit(main())


if __name__ == "__main__":
    freeze_support()
    begin()
