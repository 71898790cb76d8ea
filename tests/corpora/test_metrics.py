"""Management figures on the corpora: the durations that their answers state."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from qmscheck.cli import program

HERE = Path(__file__).parent
CORPORA = Path(os.environ.get("QMSCHECK_CORPORA") or HERE.parents[1].parent / "shared" / "corpora")
pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason="no corpora: neither $QMSCHECK_CORPORA nor ../shared/corpora holds them"
)


def measured(name: str) -> tuple[dict[str, float], set[str]]:
    """Minutes to restore service by record, and the records for which they cannot be told."""
    place = ["--config", str(HERE / name / "qmscheck.yaml"), "--root", str(CORPORA / name), "--as-of", "2026-09-01"]
    done = CliRunner().invoke(program, ["metrics", *place, "--metric", "incident-restore-time", "--format", "json"])
    assert done.exit_code == 0, done.output
    (metric,) = json.loads(done.stdout)["metrics"]
    values = {value["subject"].rpartition("#")[2]: value["value"] for value in metric["values"]}
    return values, {one["subject"].rpartition("#")[2] for one in metric["untold"]}


def details(name: str, question: str) -> dict[str, dict]:
    entries = json.loads((CORPORA / name / "expected.json").read_text("utf-8"))
    return next(entry["details"] for entry in entries if entry["id"] == question)


def test_a_register_gives_the_hours_that_its_dates_give():
    values, untold = measured("registers/cenedril-en")
    stated = details("registers/cenedril-en", "incident_mttr_differs")
    assert len(values) == 10
    assert not untold
    assert {name: round(values[name] / 60, 2) for name in stated} == {
        name: one["from_dates_hours"] for name, one in stated.items()
    }


def test_key_events_give_the_minutes_between_them():
    values, untold = measured("incidents/moj-cloud-platform")
    stated = details("incidents/moj-cloud-platform", "time_to_repair_disagrees")
    told = {name: one["events_give_minutes"] for name, one in stated.items() if name in values}
    assert {name: values[name] for name in told} == {name: minutes[0] for name, minutes in told.items()}
    assert stated.keys() - told.keys() <= untold
