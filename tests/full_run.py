"""The end of a run: contract tests passed by each implementation, and, on the real servers, that none was skipped."""

from __future__ import annotations

import os
import re
from collections import Counter

import pytest
from _pytest.terminal import TerminalReporter

FOR_WANT_OF_DATA = "needs the development data"


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print the contract tests that passed, by implementation."""
    passed = Counter()
    for report in terminalreporter.getreports("passed"):
        found = re.search(r"tests/contract/test_(\w+?)(?:_backend\w*|_store)?\.py::\w+\[(\w+?)[-\]]", report.nodeid)
        if found and report.when == "call":
            passed[found.groups()] += 1
    for (suite, implementation), count in sorted(passed.items()):
        terminalreporter.write_line(f"contract {suite}: {implementation} {count} passed")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run on the real servers in which a test was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("LEGAJO_FULL") != "1" or reporter is None:
        return
    skipped = [report for report in reporter.getreports("skipped") if FOR_WANT_OF_DATA not in str(report.longrepr)]
    if skipped:
        reporter.write_line(f"{len(skipped)} tests were skipped, and none may be: {skipped[0].nodeid}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
