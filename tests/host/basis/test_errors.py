"""Errors: one paragraph, exit codes distinct, every class says when it happens."""

from leancue.basis import errors


def classes():
    found = [errors.LeanCueError]
    for cls in found:
        found.extend(cls.__subclasses__())
    return [cls for cls in found if cls.__module__ == errors.__name__]


def test_exit_codes_are_distinct_and_all_in_the_table():
    own = [cls.exit_code for cls in classes() if "exit_code" in vars(cls)]
    assert len(own) == len(set(own)) >= 15
    assert {row[0] for row in errors.EXIT_CODES} == {*own, 0, 2, 130}
    assert len(errors.EXIT_CODES) == len({row[0] for row in errors.EXIT_CODES})


def test_every_concrete_class_gives_an_example():
    for cls in classes():
        if "exit_code" in vars(cls) and cls is not errors.LeanCueError:
            assert "Example:" in cls.__doc__, cls


def test_an_error_is_one_paragraph_of_sentences():
    error = errors.PortBusy("Port busy\n now", "A monitor is open", "Type `leancue devices`")
    assert str(error) == "Port busy now. A monitor is open. Type `leancue devices`"
    assert str(errors.LogError("Gone.")) == "Gone."
