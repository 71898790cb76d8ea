"""A period: on which days date-based expectations were not met, exact to the day, against the tree of each day."""

from __future__ import annotations

import datetime as dt
import json

import jsonschema
import pytest

from qmscheck import app, config
from qmscheck.model import Outcome
from qmscheck.past import config_at

CONFIG = """\
version: 1
select: [DOC003, MIR004, NCR005]
collections:
  documents: {type: document, files: "documents/*.yaml"}
settings: {id_pattern: "", document_review_grace: P0D}
"""


def document(number: int = 1, *, reviewed: str = "2026-01-10", more: str = "") -> str:
    return (
        f"id: DOC-{number}\nstatus: approved\napproved_on: {reviewed}\neffective_from: {reviewed}\n"
        f"review_interval: P1M\nreviews:\n  - {{on: {reviewed}, by: kim, outcome: confirmed}}\n{more}"
    )


@pytest.fixture
def period(told):
    """The JSON of a period: exit code and document."""

    def period(days: str, *words: str) -> tuple[int, dict]:
        code, out, err = told("period", days, "--format", "json", *words)
        assert code in {0, 1}, err
        return code, json.loads(out)

    return period


def intervals(found: dict) -> list[tuple[str, str, str, str, bool, bool]]:
    return [
        (one["rule"], one["record"]["id"], one["from"], one["to"], one["may_have_begun_before"], one["lasting"])
        for one in found["intervals"]
    ]


def test_an_overdue_review_from_the_first_day_to_the_last(repository, period) -> None:
    repository.commit({"qmscheck.yaml": CONFIG, "documents/1.yaml": document()}, on="2026-01-10")
    repository.commit({"documents/1.yaml": document(reviewed="2026-02-24")}, on="2026-02-25T23:59:59+00:00")

    code, found = period("2026-01-10..2026-03-31")
    assert code == 1
    assert intervals(found) == [
        ("DOC003", "DOC-1", "2026-02-11", "2026-02-24", False, False),
        ("DOC003", "DOC-1", "2026-03-25", "2026-03-31", False, True),
    ]
    assert found["judged"] == {"days": 81, "trees": 2, "records": 1, "rules": ["DOC003", "MIR004", "NCR005"]}
    assert found["not_told"] == []
    assert found["satisfied"] is False


def test_each_day_is_what_check_says_of_that_day(repository, period) -> None:
    repository.commit({"qmscheck.yaml": CONFIG, "documents/1.yaml": document()}, on="2026-01-10")
    repository.commit({"documents/2.yaml": document(2, reviewed="2026-01-20")}, on="2026-01-20")
    repository.commit({"documents/1.yaml": document(reviewed="2026-02-14")}, on="2026-02-15")
    repository.commit({"documents/2.yaml": None}, on="2026-02-26")

    _, found = period("2026-01-10..2026-03-20")
    told = {
        (one["record"]["id"], day)
        for one in found["intervals"]
        for day in _days(dt.date.fromisoformat(one["from"]), dt.date.fromisoformat(one["to"]))
    }
    checked = set()
    for day in _days(dt.date(2026, 1, 10), dt.date(2026, 3, 20)):
        with config_at(repository.root, day.isoformat()) as then:
            report = app.run(then, app.Wishes(select=("DOC003",), provenance=False))
        checked |= {(one.record.id, day) for one in report.of(Outcome.FAIL)}
    assert told == checked
    assert len(told) > 10


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


def test_a_record_that_moves_stays_the_same_and_twins_are_told_apart(repository, period) -> None:
    late = document(reviewed="2025-12-01")
    repository.commit({"qmscheck.yaml": CONFIG, "documents/1.yaml": late}, on="2026-01-10")
    repository.commit({"documents/1.yaml": None, "documents/a.yaml": late}, on="2026-01-20")
    _, found = period("2026-01-10..2026-01-31")
    assert intervals(found) == [("DOC003", "DOC-1", "2026-01-10", "2026-01-31", True, True)]

    repository.commit({"documents/b.yaml": late}, on="2026-02-02")
    _, found = period("2026-02-01..2026-02-05")
    assert sorted((one["subject"], one["from"], one["to"]) for one in found["intervals"]) == [
        ("documents/a.yaml", "2026-02-01", "2026-02-01"),
        ("documents/a.yaml", "2026-02-02", "2026-02-05"),
        ("documents/b.yaml", "2026-02-02", "2026-02-05"),
    ]


def test_days_before_the_history_and_days_to_come_are_not_told(repository, period, monkeypatch) -> None:
    monkeypatch.setattr(app, "clock", lambda _text: dt.datetime(2026, 1, 20, 9, tzinfo=dt.UTC))
    repository.commit({"qmscheck.yaml": CONFIG, "documents/1.yaml": document()}, on="2026-01-10")

    code, found = period("2026-01-01..2026-01-31")
    assert code == 1
    assert found["not_told"] == [
        {
            "from": "2026-01-01",
            "to": "2026-01-09",
            "days": 9,
            "reason": "it lies before the history, which begins on 2026-01-10",
        },
        {"from": "2026-01-21", "to": "2026-01-31", "days": 11, "reason": "it lies ahead"},
    ]
    assert found["judged"]["days"] == 11
    code, found = period("2026-01-01..2026-01-31", "--on-unknown", "pass")
    assert (code, found["satisfied"]) == (0, True)
    code, found = period("2025-01-01..2025-01-31")
    assert code == 1
    assert found["judged"]["days"] == 0


def test_a_shallow_clone_says_how_to_deepen(repository, period, tmp_path) -> None:
    repository.commit({"qmscheck.yaml": CONFIG, "documents/1.yaml": document()}, on="2026-01-10")
    repository.commit({"documents/2.yaml": document(2)}, on="2026-01-20")
    repository.git("clone", "-q", "--depth=1", f"file://{repository.root}", str(tmp_path / "shallow"))

    code, found = period("2026-01-15..2026-01-25", "--root", str(tmp_path / "shallow"))
    assert code == 1
    (gap,) = found["not_told"]
    assert (gap["from"], gap["to"]) == ("2026-01-15", "2026-01-19")
    assert "shallow; fetch the whole history" in gap["reason"]


def test_a_configuration_that_is_wrong_for_a_while(repository, period) -> None:
    repository.commit({"qmscheck.yaml": CONFIG, "documents/1.yaml": document(reviewed="2025-01-01")}, on="2026-01-10")
    repository.commit({"qmscheck.yaml": CONFIG + "nonsense: 1\n"}, on="2026-01-15")
    repository.commit({"qmscheck.yaml": CONFIG}, on="2026-01-18")

    _, found = period("2026-01-10..2026-01-20")
    assert intervals(found) == [
        ("DOC003", "DOC-1", "2026-01-10", "2026-01-14", True, False),
        ("DOC003", "DOC-1", "2026-01-18", "2026-01-20", True, True),
    ]
    (gap,) = found["not_told"]
    assert (gap["from"], gap["to"]) == ("2026-01-15", "2026-01-17")
    assert "nonsense" in gap["reason"]


def test_no_configuration_then_but_one_today(repository, period, told) -> None:
    repository.commit({"documents/1.yaml": document()}, on="2026-01-10")
    repository.commit({"qmscheck.yaml": CONFIG}, on="2026-04-01")

    code, _, err = told("period", "2026-01-10..2026-03-01")
    assert code == 2
    assert "no qmscheck.yaml here" in err
    _, found = period("2026-01-10..2026-03-01", "--policy-from", "HEAD")
    assert intervals(found) == [("DOC003", "DOC-1", "2026-02-11", "2026-03-01", False, True)]


def test_rules_people_and_settings_of_each_day(repository, period) -> None:
    repository.commit({"qmscheck.yaml": CONFIG, "documents/1.yaml": document()}, on="2026-01-10")
    repository.commit({"qmscheck.yaml": CONFIG.replace("[DOC003, ", "[")}, on="2026-02-20")

    _, found = period("2026-01-10..2026-03-01")
    assert intervals(found) == [("DOC003", "DOC-1", "2026-02-11", "2026-02-19", False, False)]


def test_what_cannot_be_read_is_told(repository, period) -> None:
    repository.commit({"qmscheck.yaml": CONFIG, "documents/1.yaml": document()}, on="2026-01-10")
    repository.commit({"documents/1.yaml": "id: [\n"}, on="2026-01-12")
    repository.commit({"documents/1.yaml": document()}, on="2026-01-14")

    code, found = period("2026-01-10..2026-01-20")
    assert code == 1
    (one,) = found["intervals"]
    assert (one["rule"], one["outcome"], one["from"], one["to"]) == ("CORE001", "error", "2026-01-12", "2026-01-13")


def test_a_waiver_excuses_on_its_days(repository, period) -> None:
    waiver = (
        "id: WVR-1\nrule: DOC003\nrecord: DOC-1\nreason: Moving house\nrequested_by: ada\napproved_by: bo\n"
        "approved_on: 2026-02-01\nstarts_on: 2026-02-15\nexpires_on: 2026-02-20\ncontent: {content}\n"
    )
    files = {
        "qmscheck.yaml": CONFIG + "  waivers: {type: waiver, files: 'waivers/*.yaml'}\n",
        "documents/1.yaml": document(),
    }
    files["qmscheck.yaml"] = CONFIG.replace(
        "settings:", "  waivers: {type: waiver, files: 'waivers/*.yaml'}\nsettings:"
    )
    repository.commit(files, on="2026-01-10")
    from qmscheck.checks.waivers import content_of

    report = app.run(config.load(repository.root), app.Wishes(as_of="2026-02-15", select=("DOC003",)))
    (record,) = {one.record for one in report.results if one.record is not None}
    repository.commit({"waivers/1.yaml": waiver.replace("{content}", content_of(record))}, on="2026-02-01")

    _, found = period("2026-02-01..2026-02-28")
    assert [(one["kind"], one["fails"], one["from"], one["to"]) for one in found["intervals"]] == [
        ("minor", True, "2026-02-11", "2026-02-14"),
        ("waived", False, "2026-02-15", "2026-02-20"),
        ("minor", True, "2026-02-21", "2026-02-28"),
    ]
    _, found = period("2026-02-01..2026-02-28", "--no-waivers")
    assert intervals(found) == [("DOC003", "DOC-1", "2026-02-11", "2026-02-28", False, True)]


def test_only_files_that_changed_are_read_again(repository, period, monkeypatch) -> None:
    from qmscheck.reading import Reading

    read: list[str] = []
    held = Reading.held
    monkeypatch.setattr(
        Reading, "held", lambda self, collection, path: read.append(path) or held(self, collection, path)
    )
    files = {f"documents/{number}.yaml": document(number) for number in range(10)}
    repository.commit({"qmscheck.yaml": CONFIG, **files}, on="2026-01-10")
    for day in range(11, 20):
        repository.commit({"documents/3.yaml": document(3, more=f"title: v{day}\n")}, on=f"2026-01-{day}")

    _, found = period("2026-01-10..2026-01-25")
    assert found["judged"]["trees"] == 10
    assert sorted(read) == sorted([*files, *["documents/3.yaml"] * 9])


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("2026-01-01", "is not FROM..TO"),
        ("2026-02-30..2026-03-01", "is not FROM..TO"),
        ("2026-03-01..2026-02-01", "ends before it begins"),
    ],
)
def test_words_that_are_no_period(told, days: str, said: str) -> None:
    code, _, err = told("period", days)
    assert code == 2
    assert said in err


def test_a_wrong_option_is_told_and_no_days(repository, told) -> None:
    repository.commit({"qmscheck.yaml": CONFIG, "documents/1.yaml": document()}, on="2026-01-10")

    code, _, err = told("period", "2026-01-10..2026-01-12", "--select", "NOPE")
    assert code == 2
    assert "nothing is selected by 'NOPE'" in err


def test_text_and_markdown(repository, told, tmp_path) -> None:
    hostile = document(reviewed="2025-11-01").replace("DOC-1", '"DOC-1\\x1b[2J|<b>@kim"')
    repository.commit({"qmscheck.yaml": CONFIG, "documents/1.yaml": hostile}, on="2026-01-10")

    code, out, err = told("period", "2026-01-09..2026-01-12", "--output", f"markdown={tmp_path / 'p.md'}")
    assert (code, err) == (1, "")
    assert "DOC003  " in out
    assert "    … 2026-01-10 to 2026-01-12 …  3 days, major" in out
    assert "    2026-01-09 to 2026-01-09  1 day\n" in out
    assert "2026-01-09 to 2026-01-12: 3 of 4 days judged, on 1 tree with up to 1 record" in out.replace("\n", " ")
    assert "Not satisfied: 1 major, 1 unknown." in out
    assert "\x1b" not in out
    page = (tmp_path / "p.md").read_text()
    assert "| DOC003 | DOC-1\\\\x1b\\[2J\\|&lt;b&gt;" in page
    assert "@kim" not in page


def test_check_with_a_period_is_the_same(repository, told) -> None:
    repository.commit({"qmscheck.yaml": CONFIG, "documents/1.yaml": document()}, on="2026-01-10")
    days = "2026-02-01..2026-02-20"

    one = told("period", days)
    assert one[0] == 1
    assert told("check", "--period", days) == one
    assert told("--period", days, "--fail-on", "major")[0] == 0
    for words, said in {
        ("--at", "HEAD"): "does not go with --at",
        ("--as-of", "2026-02-01"): "does not go with --as-of",
        ("documents",): "does not go with PATHS",
        ("--format", "junit"): "unknown output format of a period 'junit'",
    }.items():
        code, _, err = told("check", "--period", days, *words)
        assert code == 2
        assert said in err


def test_the_document_has_the_form_of_its_schema(repository, period) -> None:
    from qmscheck.definitions import schema_text

    repository.commit({"qmscheck.yaml": CONFIG, "documents/1.yaml": document()}, on="2026-01-10")
    _, found = period("2026-01-01..2026-02-20")
    jsonschema.validate(found, dict(schema_text("period")))


def test_rules_on_history_see_the_history_up_to_each_day(repository, period) -> None:
    config = """\
version: 1
history: true
select: [CORE017]
collections:
  changes: {type: change, files: "changes/*.yaml"}
  tags: {layout: git-tags}
settings: {id_pattern: "", stale_record: P10D}
"""
    open_change = "id: CHG-1\nchange_type: normal\nstatus: submitted\n"
    repository.commit({"qmscheck.yaml": config, "changes/1.yaml": open_change}, on="2026-01-01")
    repository.git("tag", "-m", "One", "v1", on="2026-01-05")
    repository.commit({"changes/1.yaml": open_change + "title: New disks\n"}, on="2026-01-20")
    repository.commit({"changes/1.yaml": open_change + "title: New disks\nowner: kim\n"}, on="2026-02-15")

    _, found = period("2026-01-01..2026-01-31")
    assert intervals(found) == [
        ("CORE017", "CHG-1", "2026-01-11", "2026-01-19", False, False),
        ("CORE017", "CHG-1", "2026-01-30", "2026-01-31", False, True),
    ]


def test_a_file_that_is_joined_is_read_again_when_it_changes(repository, period) -> None:
    config = """\
version: 1
select: [DOC003]
collections:
  documents:
    type: document
    files: register.csv
    fields: {id: ID, status: Status, approved_on: Approved, review_interval: Interval, title: Title,
             last_reviewed_on: {joined: page, key: reviewed}}
    join: {page: {files: "pages/*.yaml", key: {file: stem}, on: ID}}
settings: {id_pattern: "", document_review_grace: P0D}
"""
    register = "ID,Status,Approved,Interval,Title\nDOC-1,approved,2026-01-01,P10D,One\n"
    repository.commit(
        {"qmscheck.yaml": config, "register.csv": register, "pages/DOC-1.yaml": "reviewed: 2026-01-01\n"},
        on="2026-01-01",
    )
    repository.commit({"pages/DOC-1.yaml": "reviewed: 2026-01-15\n"}, on="2026-01-15")

    _, found = period("2026-01-01..2026-01-31")
    assert intervals(found) == [
        ("DOC003", "DOC-1", "2026-01-12", "2026-01-14", False, False),
        ("DOC003", "DOC-1", "2026-01-26", "2026-01-31", False, True),
    ]


def test_checks_that_read_the_clock_say_so() -> None:
    """Else a period would leave their rules out."""
    import inspect

    from qmscheck.builtin import qmscheck_checks

    for check in qmscheck_checks():
        judge = check.record or check.whole
        module = inspect.getmodule(getattr(judge, "func", judge))
        assert module is not None
        reads = any(word in inspect.getsource(module) for word in ("facts.as_of", "facts.today"))
        several = len(getattr(module, "CHECKS", ())) > 1
        assert check.clock == reads or (several and reads), check.name


def test_without_a_rule_on_days_nothing_is_said_to_be_met(repository, told):
    repository.commit({"qmscheck.yaml": CONFIG, "documents/1.yaml": document()}, on="2026-01-10")
    code, out, _ = told("period", "2026-01-10..2026-01-12", "--select", "DOC001")
    assert code == 3
    assert out.splitlines()[-1] == "Nothing was judged: no rule asked for depends on the day."
    code, out, _ = told("period", "2026-01-10..2026-01-12", "--select", "DOC001", "--format", "json")
    assert not json.loads(out)["satisfied"]


def weights(found: dict) -> list[tuple[str, bool, str | None, str, str]]:
    return [
        (one["kind"], one["fails"], one["only_reported_before"], one["from"], one["to"]) for one in found["intervals"]
    ]


def test_a_rule_fails_from_its_day_on(repository, period, told) -> None:
    later = CONFIG + "enforce_from: {DOC003: 2026-02-20}\n"
    repository.commit({"qmscheck.yaml": later, "documents/1.yaml": document()}, on="2026-01-10")

    code, found = period("2026-02-01..2026-02-28")
    assert code == 1
    assert weights(found) == [
        ("minor", False, "2026-02-20", "2026-02-11", "2026-02-19"),
        ("minor", True, None, "2026-02-20", "2026-02-28"),
    ]
    assert intervals(found)[1][4] is False, "the day before it was judged, and found"
    code, found = period("2026-02-01..2026-02-19")
    assert code == 0, "on none of these days did it fail the run"
    assert found["satisfied"]
    code, out, _ = told("period", "2026-02-01..2026-02-19")
    assert "9 days, minor, only reported before 2026-02-20" in out
    assert "noted: 1 minor." in out
    assert (
        "minor, only reported before 2026-02-20" in told("period", "2026-02-01..2026-02-19", "--format", "markdown")[1]
    )


def test_each_day_is_weighed_as_it_stood_then_or_by_one_policy(repository, period) -> None:
    repository.commit({"qmscheck.yaml": CONFIG, "documents/1.yaml": document()}, on="2026-01-10")
    later = CONFIG + "enforce_from: {DOC003: 2026-02-25}\n"
    repository.commit({"qmscheck.yaml": later}, on="2026-02-20")

    days = "2026-02-01..2026-02-28"
    assert weights(period(days)[1]) == [
        ("minor", True, None, "2026-02-11", "2026-02-19"),
        ("minor", False, "2026-02-25", "2026-02-20", "2026-02-24"),
        ("minor", True, None, "2026-02-25", "2026-02-28"),
    ]
    assert weights(period(days, "--policy-from", "HEAD")[1]) == [
        ("minor", False, "2026-02-25", "2026-02-11", "2026-02-24"),
        ("minor", True, None, "2026-02-25", "2026-02-28"),
    ]
    assert weights(period(days, "--policy-from", "HEAD~1")[1]) == [("minor", True, None, "2026-02-11", "2026-02-28")]


def test_where_a_profile_fails_nothing_nothing_fails(repository, period, told) -> None:
    observing = CONFIG + "profile: observe\n"
    repository.commit({"qmscheck.yaml": observing, "documents/1.yaml": document()}, on="2026-01-10")

    code, found = period("2026-01-05..2026-02-28")
    assert code == 0
    assert found["policy"] == {"fail_on": "minor", "unknown_fails": True, "profile": "observe", "enforced": False}
    assert weights(found) == [("minor", False, None, "2026-02-11", "2026-02-28")]
    assert found["not_told"], "days before the history are told, and fail nothing either"
    assert "Satisfied: by profile observe nothing fails the run; noted: 1 minor." in told(
        "period", "2026-01-10..2026-02-28"
    )[1].replace("\n", " ")
    repository.commit({"qmscheck.yaml": CONFIG}, on="2026-02-15")
    code, found = period("2026-01-10..2026-02-28")
    assert code == 1
    assert [fails for _, fails, *_ in weights(found)] == [False, True]


def test_a_finding_that_grows_is_weighed_as_on_its_days(repository, period) -> None:
    repository.commit({"qmscheck.yaml": CONFIG, "documents/1.yaml": document()}, on="2026-01-10")

    _, found = period("2026-02-01..2026-04-30", "--fail-on", "major")
    kinds = [(kind, fails) for kind, fails, *_ in weights(found)]
    assert kinds == [("minor", False), ("major", True)]
    (_, _, _, _, last), (_, _, _, first, _) = weights(found)
    assert dt.date.fromisoformat(first) == dt.date.fromisoformat(last) + dt.timedelta(days=1)
    for day, grade in ((last, "minor"), (first, "major")):
        report = app.run(config.load(repository.root), app.Wishes(as_of=day, select=("DOC003",)))
        assert [one.grade.value for one in report.of(Outcome.FAIL)] == [grade], "as check says of that day"
