"""What becomes due: the same rules asked as of the days to come, as a list, as data, and as a calendar."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import yaml
from click.testing import CliRunner
from icalendar import Calendar

from qmscheck import app, config
from qmscheck.checks.waivers import content_of
from qmscheck.cli import program
from qmscheck.model import Outcome
from qmscheck.testing import Repository
from qmscheck.verbs import foresight

CONFIG = """version: 1
select: [CHG001, DOC003, RSK004, IMP004, WVR]
collections:
  changes: {type: change, files: changes/*.yaml}
  documents: {type: document, files: "documents/*.md"}
  risks: {type: risk, files: risks.yaml, split: {items: ""}}
  waivers: {type: waiver, files: waivers/*.yaml}
"""
CHANGE = "id: CHG-2026-0001\nowner: kim\nstatus: draft\n"
DOCUMENT = "---\nid: DOC-2026-0001\nowner: {owner}\nstatus: approved\nreview_due_on: {due}\n---\n# Title\n"
RISKS = """- id: RSK-2026-0001
  owner: bo
  status: treating
  actions:
    - {text: Second line, owner: ada, due_on: 2026-09-10, status: open}
    - {text: Third line, due_on: 2026-09-20, status: open}
    - {text: Late already, due_on: 2026-08-20, status: open}
"""


@pytest.fixture
def repository(tmp_path):
    repository = Repository(tmp_path).write("qmscheck.yaml", CONFIG)
    repository.write("documents/1.md", DOCUMENT.format(owner="kim", due="2026-08-15"))
    return repository.write("risks.yaml", RISKS)


def due(repository, within="P30D", as_of="2026-09-01", **wishes):
    found = foresight.agenda(config.load(repository.root), app.Wishes(as_of=as_of, **wishes), within)
    return {(one.rule.id if one.rule else one.subject, one.problem): one for one in found.due}


def run(repository, *words, as_of="2026-09-01"):
    done = CliRunner().invoke(program, ["status", "--root", str(repository.root), "--as-of", as_of, *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_each_thing_is_due_on_its_last_day_with_its_own_owner(repository):
    found = due(repository)
    assert {key: (str(one.last), one.owner, one.fails) for key, one in found.items()} == {
        ("RSK004", "actions/0/due_on"): ("2026-09-10", "ada", True),
        ("DOC003", "review_due_on#0"): ("2026-09-14", "kim", True),  # thirty days of grace
        ("RSK004", "actions/1/due_on"): ("2026-09-20", "bo", True),
    }
    action = found["RSK004", "actions/0/due_on"]
    assert (str(action.location), action.record) == ("risks.yaml:5:39", "RSK-2026-0001")
    assert "Second line" in action.message


def test_it_says_what_a_run_on_each_day_finds(repository):
    """The first day of each finding is the one on which `qmscheck check` begins to tell it."""
    first, seen = {}, None
    for number in range(31):
        day = (dt.date(2026, 9, 1) + dt.timedelta(days=number)).isoformat()
        results = repository.check(as_of=day).of(Outcome.FAIL, Outcome.UNKNOWN)
        keys = {(one.rule.id, problem.identity) for one in results for problem in one.problems}
        for key in keys - (seen if seen is not None else keys):
            first[key] = day
        seen = (seen or set()) | keys
    assert {key: one.since.isoformat() for key, one in due(repository).items()} == first


@pytest.mark.parametrize(
    ("within", "keys"),
    [("P9D", 0), ("P10D", 1), ("P14D", 2), ("P19D", 2), ("P20D", 3), ("P1M", 3)],
)
def test_the_window_ends_with_its_last_day(repository, within, keys):
    assert len(due(repository, within)) == keys


def test_what_a_waiver_excuses_comes_back_when_it_ends(repository):
    repository.write("changes/1.yaml", CHANGE)
    [change] = [one for one in repository.check(as_of="2026-09-01").results if one.rule.id == "CHG001"]
    waiver = {
        "id": "WVR-2026-0001",
        "owner": "zoe",
        "rule": "CHG001",
        "record": "CHG-2026-0001",
        "reason": "The form is being replaced.",
        "requested_by": "ada",
        "approved_by": "bo",
        "starts_on": "2026-08-01",
        "expires_on": "2026-09-22",
        "content": content_of(change.record),
    }
    repository.write("waivers/1.yaml", yaml.safe_dump(waiver))
    found = due(repository)
    back = found["CHG001", "services"]
    assert (str(back.last), back.owner, back.excused) == ("2026-09-22", "kim", True)
    assert str(found["WVR002", "expires_on"].last) == "2026-09-22"
    assert "what excuses it ends" in run(repository)
    assert not [key for key in due(repository, waivers=False) if key[0] in ("CHG001", "WVR006")]


def test_the_end_of_the_baseline_is_one_thing_not_many(repository):
    repository.write("changes/1.yaml", CHANGE)
    words = ["baseline", "write", "--root", str(repository.root), "--as-of", "2026-09-01", "--until", "2026-09-25"]
    assert CliRunner().invoke(program, words).exit_code == 0
    found = due(repository)
    assert not [key for key in found if key[0] == "CHG001"]
    end = found["WVR008", "until"]
    assert (str(end.last), end.fails) == ("2026-09-25", True)
    assert "problems are in it" in end.message


def test_rules_that_begin_to_fail_the_run_are_due(repository):
    repository.write("changes/1.yaml", CHANGE)
    entries = "enforce_from: {CHG: {on: 2026-09-15, owner: ada}, RSK004: 2026-12-01, DOC: 2026-09-14}\n"
    repository.write("qmscheck.yaml", entries + CONFIG)
    found = due(repository)
    promotion = found["CHG", ""]
    assert (str(promotion.last), promotion.owner, str(promotion.location)) == (
        "2026-09-14",
        "ada",
        "qmscheck.yaml:1:16",
    )
    assert promotion.message == "rules that fail the run then: 1; problems that they find today: 5"
    assert ("RSK004", "") not in found
    assert not found["RSK004", "actions/0/due_on"].fails
    assert found["DOC003", "review_due_on#0"].fails  # its rule is in force by then


def test_the_page_is_told_day_by_day(repository):
    text = run(repository)
    assert text.splitlines()[:9] == [
        "3 due after 2026-09-01 and up to 2026-10-01",
        "",
        "by 2026-09-10, Thursday",
        "  ada: RSK004 RSK-2026-0001 (fails the run)",
        "    Open actions on a risk are not past their due day",
        "    else from 2026-09-11: the action was due on 2026-09-10 and is not done:",
        "    Second line",
        "    at risks.yaml:5:39",
        "",
    ]
    assert text.endswith("\n1 found already by the same rules, and failing the run: qmscheck check tells all\n")
    assert run(repository, "--within", "P2D").startswith("Nothing becomes due after 2026-09-01 and up to 2026-09-03")


def test_the_data_say_the_same(repository):
    told = json.loads(run(repository, "--format", "json"))
    assert (told["as_of"], told["until"], told["found_already"]) == ("2026-09-01T00:00:00Z", "2026-10-01", 1)
    assert told["due"][0] == {
        "due_on": "2026-09-10",
        "found_from": "2026-09-11",
        "kind": "finding",
        "rule": "RSK004",
        "title": "Open actions on a risk are not past their due day",
        "subject": "risks.yaml#RSK-2026-0001",
        "record": "RSK-2026-0001",
        "problem": "actions/0/due_on",
        "owner": "ada",
        "fails_run": True,
        "excused_until_then": False,
        "message": "the action was due on 2026-09-10 and is not done: Second line",
        "location": {"path": "risks.yaml", "line": 5, "column": 39},
        "id": told["due"][0]["id"],
    }


@pytest.mark.parametrize("within", ["soon", "P0D", "-P3D", "30"])
def test_a_window_that_is_none_is_refused(repository, within):
    words = ["status", "--root", str(repository.root), "--as-of", "2026-09-01", f"--within={within}"]
    done = CliRunner().invoke(program, words)
    assert (done.exit_code, "--within" in done.output) == (2, True)


def calendar(repository, as_of="2026-09-01"):
    file = repository.root / "due.ics"
    run(repository, "--ical", str(file), as_of=as_of)
    return file.read_bytes()


def test_the_calendar_has_an_all_day_event_for_each(repository):
    content = calendar(repository)
    found = Calendar.from_ical(content)
    assert (found["version"], found["method"], found.errors) == ("2.0", "PUBLISH", [])
    events = found.walk("VEVENT")
    assert [event["dtstart"].dt for event in events] == [dt.date(2026, 9, day) for day in (10, 14, 20)]
    assert all(event["dtend"].dt - event["dtstart"].dt == dt.timedelta(days=1) for event in events)
    assert all(event["dtstart"].params["VALUE"] == "DATE" for event in events)
    assert events[0]["summary"] == "RSK004 RSK-2026-0001: Open actions on a risk are not past their due day"
    assert "Owner: ada\n" in events[0]["description"]
    assert [alarm["trigger"].dt for alarm in found.walk("VALARM")] == [dt.timedelta(days=-7)] * 3
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")


def test_the_same_records_give_the_same_calendar(repository):
    assert calendar(repository) == calendar(repository)


def test_an_event_keeps_its_uid_when_its_day_moves(repository):
    before = {event["uid"]: event["dtstart"].dt for event in Calendar.from_ical(calendar(repository)).walk("VEVENT")}
    repository.write("risks.yaml", RISKS.replace("2026-09-10", "2026-09-12"))
    after = {
        event["uid"]: event["dtstart"].dt
        for event in Calendar.from_ical(calendar(repository, "2026-09-02")).walk("VEVENT")
    }
    assert before.keys() == after.keys()
    assert len(before) == 3
    moved = [uid for uid in before if before[uid] != after[uid]]
    assert [after[uid] for uid in moved] == [dt.date(2026, 9, 12)]


def test_hostile_text_stays_text_and_lines_are_folded(repository):
    hostile = 'x\nEND:VEVENT\nBEGIN:VEVENT\r\nSUMMARY:forged;,\\ "\u202e\x07' + "é" * 90
    repository.write("risks.yaml", yaml.safe_dump([
        {
            "id": "RSK-2026-0001\nUID:forged",
            "owner": hostile,
            "status": "treating",
            "actions": [{"text": hostile, "owner": hostile, "due_on": "2026-09-10", "status": "open"}],
        }
    ], allow_unicode=False))  # fmt: skip
    content = calendar(repository)
    found = Calendar.from_ical(content)
    assert len(found.walk("VEVENT")) == 2
    assert all(event["uid"].endswith("@qmscheck") for event in found.walk("VEVENT"))
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert not [line for line in content.split(b"\r\n") if line.startswith((b"SUMMARY:forged", b"UID:forged"))]
    assert "\u202e" not in content.decode()
    assert b"\x07" not in content
    text = run(repository)
    assert "\u202e" not in text
    assert "\x07" not in text
