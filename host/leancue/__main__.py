"""``python -m leancue``: the command line."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C ends it in order also while its modules are being read."""
    try:
        from leancue.cli import main as command_line

        command_line()
    except KeyboardInterrupt:
        sys.exit(130)  # ``errors.EXIT_INTERRUPTED``, which may not be there yet


if __name__ == "__main__":
    main()
