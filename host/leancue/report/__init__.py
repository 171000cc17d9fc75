"""The report of a run: one page for the therapist, one file, nothing fetched from anywhere."""

from leancue.report.page import build_report, write_report
from leancue.report.view import RunView, of_replay, of_run

__all__ = ["RunView", "build_report", "of_replay", "of_run", "write_report"]
