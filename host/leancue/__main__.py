"""``python -m leancue``: the command line."""

from leancue.cli import main

if __name__ == "__main__":
    main()
