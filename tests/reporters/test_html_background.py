"""What a page is told besides results: clauses, events, open records."""

import subprocess
import sys

from qmscheck.model import Outcome

CONFIG = """version: 1
standards: [iso20000-1:2018]
collections:
  changes: {type: change, files: "changes/*.yaml"}
  incidents: {type: incident, files: "incidents/*.yaml"}
"""
FILES = {
    "qmscheck.yaml": CONFIG,
    "changes/a.yaml": "id: CHG-1\ntitle: One\nstatus: closed\n"
    "implemented_from: 2026-03-01\nimplemented_at: 2026-03-02\n",
    "changes/b.yaml": "id: CHG-2\nstatus: submitted\nrequested_at: 2026-08-22\n",
    "changes/c.yaml": "id: CHG-3\nstatus: closed\nimplemented_at: some day\n",
    "changes/d.yaml": "id: CHG-4\nstatus: implemented\nimplemented_at: 2027-01-01\n",
    "incidents/a.yaml": "id: INC-1\nstatus: new\n",
}


def test_events_are_dated_by_the_first_field_that_is_there(check):
    told = check(FILES).background()
    assert [(one.day, one.kind, one.id, one.title, one.subject) for one in told.events] == [
        ("2026-03-02", "changes", "CHG-1", "One", "changes/a.yaml")
    ]


def test_a_record_that_should_have_a_day_and_tells_none_is_counted(check):
    assert check(FILES).background().undated == {"changes": 1}


def test_open_records_come_the_oldest_first_and_undated_ones_last(check):
    told = check(FILES).background()
    assert [(one.id, one.since, one.days) for one in told.open] == [
        ("CHG-2", "2026-08-22", 10),
        ("CHG-4", "", None),
        ("INC-1", "", None),
    ]


def test_clauses_say_what_coverage_says(check):
    report = check(FILES)
    (standard,) = report.background().standards
    assert standard.id == "iso20000-1:2018"
    changed = next(clause for clause in standard.clauses if clause.number == "8.5.1")
    assert changed.status == "gaps"
    assert changed.counts[Outcome.FAIL] > 0
    assert set(changed.failing) <= {rule.id for rule in report.rules}
    assert any(clause.human for clause in standard.clauses)


def test_without_a_standard_there_are_events_but_no_clauses(check):
    told = check({**FILES, "qmscheck.yaml": CONFIG.replace("standards: [iso20000-1:2018]\n", "")}).background()
    assert told.standards == ()
    assert told.events


def test_other_formats_do_not_pay_for_it(write_tree):
    root = write_tree(FILES)
    code = (
        "import sys; from qmscheck.cli import program\n"
        "try: program.main()\nexcept SystemExit as end: assert end.code == 1\n"
        "assert ('qmscheck.background' in sys.modules) == ('html' in sys.argv)"
    )
    for name in ("json", "html"):
        command = [sys.executable, "-c", code, "check", "--as-of", "2026-09-01", "--format", name]
        subprocess.run(command, cwd=root, check=True, timeout=60, stdout=subprocess.DEVNULL)
