"""A library with two patients and a run, and what is found of it on the disk."""

from host_runs import logged, runner

UID = "E6605838834F7A2B"
NOW_S = 1_760_100_000


def log(run_id=7, run_s=14, lean_deg=14.0, **values):
    return b"".join(logged(runner(run_s, lean_deg), run_id=run_id, **values))


def all_bytes(library):
    folder = library.place.folder
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def traces(library, *words):
    """Which of the words stand in any file of the library, names of files included."""
    return [
        (path.name, word)
        for path, data in all_bytes(library).items()
        for word in words
        if word.encode() in data or word in path.name
    ]
