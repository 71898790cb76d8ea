"""`qmscheck init` on small repositories: what it finds, what it leaves open, what it never does."""

from __future__ import annotations

import json

import pytest
import yaml
from click.testing import CliRunner

from qmscheck.cli import program

REVIEW = "# {title}\n\n## Summary\n\nIt broke.\n\n## Timeline\n\n- 09:00 broken\n\n## Action items\n\n- mend it\n"


@pytest.fixture
def tree(tmp_path):
    def write(files: dict[str, str]):
        for name, text in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode("utf-8", "surrogateescape"))
        return tmp_path

    return write


def init(root, *options: str):
    return CliRunner().invoke(program, ["init", "--root", str(root), *options])


def proposed(root, *options: str) -> dict:
    done = init(root, "--dry-run", *options)
    assert done.exit_code in (0, 3), done.stderr
    return yaml.safe_load(done.stdout)


def decisions(*dates: str) -> dict[str, str]:
    text = "# {n}. Use it\n\nDate: {date}\n\n## Status\n\nAccepted\n\n## Context\n\nc\n\n## Decision\n\nd\n"
    return {f"adr/000{n}-use.md": text.format(n=n, date=date) for n, date in enumerate(dates, 1)}


def test_postmortems_by_headings(tree):
    names = ["postmortems/2024-05-06-db.md", "postmortems/2024-06-07-dns.md", "postmortems/2025-01-02-disk.md"]
    files = {name: REVIEW.format(title=name) for name in names}
    root = tree({**files, "postmortems/README.md": REVIEW.format(title="how"), "notes/todo.md": "# todo\n"})
    collections = proposed(root)["collections"]
    assert list(collections) == ["incident_reviews"]
    assert collections["incident_reviews"] == {"layout": "postmortem-headings", "files": "postmortems/[0-9]*.md"}


def test_a_review_that_lacks_parts_stays_a_record(tree):
    files = {f"pm/PM{n}.md": REVIEW.format(title=n) for n in range(4)}
    root = tree({**files, "pm/PM9.md": "# Nothing written\n"})
    assert proposed(root)["collections"]["incident_reviews"] == {"layout": "postmortem-headings", "files": "pm/PM*.md"}


def test_day_and_month_are_never_guessed(tree):
    root = tree(decisions("03/04/2026", "05/06/2026", "01/02/2026"))
    done = init(root, "--dry-run")
    assert "dates" not in yaml.safe_load(done.stdout)["collections"]["decisions"]
    assert "'03/04/2026' can be read as D/M/YYYY or as M/D/YYYY" in done.stdout


def test_day_and_month_are_told_by_a_date_that_proves_it(tree):
    assert proposed(tree(decisions("03/04/2026", "25/06/2026", "01/02/2026")))["collections"]["decisions"]["dates"] == [
        "D/M/YYYY"
    ]


def test_dates_that_prove_both_are_left_open(tree):
    done = init(tree(decisions("03/04/2026", "25/06/2026", "06/25/2026")), "--dry-run")
    assert "dates" not in yaml.safe_load(done.stdout)["collections"]["decisions"]
    assert "doubt: date" in done.stdout


def test_a_table_in_own_words(tree):
    header = "Change ID,Title,Status,Type,Requester,Risk,Rollback Plan\n"
    root = tree({"registers/changes.csv": header + "C-1,t,draft,normal,ann,low,back\n"})
    changes = proposed(root)["collections"]["changes"]
    assert changes["layout"] == "change-register"
    assert changes["files"] == "registers/changes.csv"


def test_keys_and_words_that_the_layout_does_not_know(tree):
    header = "Risk ID,Title,Status,Likelihood,Severity,Treatment,Risk Owner,Colour\n"
    root = tree({"risks.csv": header + "R-1,t,Open!,3,4,reduce,ann,red\nR-2,t,unheard,3,4,reduce,ann,blue\n"})
    done = init(root, "--dry-run")
    assert "not mapped: key Colour, 2 times, such as red | blue" in done.stdout
    assert "status: 'unheard' (1 times) is none of" in done.stdout
    assert yaml.safe_load(done.stdout)["collections"]["risks"]["fields"]["status"]["values"] == {"open!": "open"}


def test_canonical_records_are_read_by_their_own_names(tree):
    record = "type: change\nid: CHG-{n}\ntitle: t\nchange_type: normal\nrisk_level: low\nrequested_by: ann\nreason: r\n"
    collections = proposed(tree({f"changes/CHG-{n}.yaml": record.format(n=n) for n in range(3)}))["collections"]
    assert [one["type"] for one in collections.values()] == ["change"]


def test_writes_once_and_never_over(tree):
    root = tree({"CHANGELOG.md": "# Change log\n\n## [1.0.0] - 2026-01-02\n\n- first\n"})
    done = init(root, "--yes", "--standard", "iso9001:2015", "--adoption-date", "2026-01-01")
    assert done.exit_code == 0, done.stderr
    text = (root / "qmscheck.yaml").read_text()
    written = yaml.safe_load(text)
    assert written["standards"] == ["iso9001:2015"]
    assert str(written["adoption_date"]) == "2026-01-01"
    assert text.startswith("# yaml-language-server: $schema=")
    again = init(root, "--yes")
    assert again.exit_code == 2
    assert "never overwritten" in again.stderr
    assert (root / "qmscheck.yaml").read_text() == text


def test_asks_nobody_where_nobody_is(tree):
    done = init(tree({"CHANGELOG.md": "## 1.0.0\n\n- a\n"}))
    assert done.exit_code == 2
    assert "--yes" in done.stderr


def test_nothing_found(tree):
    done = init(tree({"src/main.md": "# code\n"}), "--yes")
    assert done.exit_code == 3
    assert yaml.safe_load((tree({}) / "qmscheck.yaml").read_text())["collections"] == {}


def test_wrong_standard_is_told(tree):
    done = init(tree({}), "--dry-run", "--standard", "iso20001")
    assert done.exit_code == 2
    assert "20000-1" in done.stderr


def test_hostile_samples_stay_in_their_comment(tree):
    evil = "x\x1b[31m\u202eevil\u2028collections: {}\\n# end"
    head = f"title: {json.dumps(evil)}\nlast_reviewed_on: 2026-01-01\nreview_in: 6 months\nevil: {json.dumps(evil)}\n"
    pages = {f"docs/{n}.md": f"---\n{head}---\n# t\n" for n in range(3)}
    done = init(tree(pages), "--dry-run")
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "\u2028" not in done.stdout
    assert yaml.safe_load(done.stdout)["collections"]["documents"]["layout"] == "tech-docs-page"


def test_files_that_cannot_be_read_do_not_stop_it(tree):
    root = tree({"a.yaml": "a: [", "b.md": "\udcff\udcfe", "CHANGELOG.md": "## 1.0.0\n\n- a\n"})
    assert "change_log_releases" in proposed(root)["collections"]


def test_written_configuration_is_valid(tree):
    root = tree(
        {"CHANGELOG.md": "## 1.0.0 - 2026-02-03\n\n- a\n", **decisions("2026-01-01", "2026-01-02", "2026-01-03")}
    )
    assert init(root, "--yes").exit_code == 0
    done = CliRunner().invoke(program, ["records", "--root", str(root), "--format", "json"])
    assert done.exit_code == 0, done.stderr
