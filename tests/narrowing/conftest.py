"""A small repository with records that look at each other, committed on ``main``."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from qmscheck.model import Outcome, Report
from qmscheck.testing import Repository

CONFIG = """\
version: 1
select: [CORE001, CORE002, CORE004, LOG005]
settings: {id_pattern: ""}
collections:
  changes: {type: change, files: "changes/*.yaml"}
  releases: {type: release, files: "releases/*.yaml"}
  incidents: {type: incident, files: incidents.yaml, split: {items: ""}}
  log: {type: change-log-release, files: log.yaml, split: {items: ""}}
"""
RECORDS = {
    "changes/1.yaml": "id: CHG-1\ntitle: Move the mail server\nrelease_ref: REL-1\n",
    "changes/2.yaml": "id: CHG-2\ntitle: Renew a certificate\n",
    "releases/1.yaml": "id: REL-1\ntitle: Spring\n",
    "releases/2.yaml": "id: REL-2\ntitle: Summer\n",
    "incidents.yaml": "- {id: INC-1, title: Down, caused_by_change: CHG-1}\n- {id: INC-2, title: Slow}\n",
    "log.yaml": "- {id: '2', version: '2', date: 2026-03-01}\n- {id: '1', version: '1', date: 2026-02-01}\n",
}
BAD = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR)

Judged = Callable[[Report], dict[str, set[str]]]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    made = Repository(tmp_path / "records").write("qmscheck.yaml", CONFIG)
    for path, text in RECORDS.items():
        made.write(path, text)
    return made.commit("Records")


@pytest.fixture
def git(repository: Repository) -> Callable[..., str]:
    def git(*words: str, at: Path | None = None) -> str:
        hardened = ("-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always", "-c", "user.name=Bo")
        done = subprocess.run(
            ["git", *hardened, "-c", "user.email=bo@example.org", *words],
            cwd=at or repository.root,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    return git


@pytest.fixture
def judged() -> Judged:
    """Rule -> subjects that it was judged on."""

    def judged(report: Report) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for result in report.results:
            found.setdefault(result.rule.id, set()).add(result.subject)
        return found

    return judged


@pytest.fixture
def findings() -> Callable[[Report], set[tuple[str, str]]]:
    """Rule and subject of what somebody has to look at."""
    return lambda report: {(result.rule.id, result.subject) for result in report.of(*BAD)}
