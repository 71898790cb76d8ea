"""Ready-made layouts: merging, and what each shipped one reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qmscheck import rulepack
from qmscheck.config import Collection
from qmscheck.errors import ConfigError
from qmscheck.mapping import Mapper, with_layout
from qmscheck.model import Location, Record, Source
from qmscheck.readers import format_of, read

KNOWLEDGE = rulepack.load_packs([("rules", rulepack.builtin_pack())], None)
LAYOUT = {
    "layout": "l",
    "title": "L",
    "description": "…",
    "type": "thing",
    "format": "csv",
    "dates": ["DD/MM/YYYY"],
    "keep": True,
    "read": {"delimiter": ";"},
    "split": "rows",
    "where": {"has": ["a"]},
    "fields": {"id": "a", "owner": "b"},
    "join": {"j": {"files": "x", "key": "a", "on": "a"}},
}


def test_a_layout_fills_what_is_not_said(collection):
    merged = with_layout(collection(type="", layout="l"), LAYOUT)
    assert (merged.type, merged.format, merged.split, merged.keep) == ("thing", "csv", "rows", True)
    assert merged.fields == {"id": "a", "owner": "b"}
    assert merged.where == {"has": ["a"]}
    assert merged.dates == ("DD/MM/YYYY",)
    assert merged.join == LAYOUT["join"]


def test_what_is_said_wins(collection):
    own = collection(
        layout="l",
        type="other",
        format="json",
        split={"items": ""},
        where={"has": ["z"]},
        fields={"owner": None, "title": "t"},
        dates=("YYYY.MM.DD",),
        read={"delimiter": ","},
        join={"k": {"files": "y", "key": "a", "on": "a"}},
    )
    merged = with_layout(own, LAYOUT)
    assert (merged.type, merged.format, merged.split, merged.read) == (
        "other",
        "json",
        {"items": ""},
        {"delimiter": ","},
    )
    assert merged.fields == {"id": "a", "owner": None, "title": "t"}
    assert merged.where == {"has": ["z"]}
    assert merged.dates == ("YYYY.MM.DD", "DD/MM/YYYY")
    assert set(merged.join) == {"j", "k"}


def test_a_field_mapped_to_null_is_not_mapped(collection, records):
    merged = with_layout(collection(fields={"owner": None}), {"layout": "l", "fields": {"owner": "b", "title": "b"}})
    (record,) = records("b: x", fields=merged.fields)
    assert record.fields == {"title": "x"}


def test_a_layout_without_fields_stays_canonical(collection):
    assert with_layout(collection(), {"layout": "l"}).fields is None


def test_a_wrong_layout_is_a_configuration_error(collection):
    with pytest.raises(ConfigError, match="layout l: unknown key 'feilds'; did you mean 'fields'"):
        with_layout(collection(), {"layout": "l", "feilds": {}})


def _mapped(layout: str, text: str, path: str) -> list[Record]:
    bare = Collection(name="c", type="", layout=layout, location=Location("qmscheck.yaml", 1))
    whole = with_layout(bare, KNOWLEDGE.layouts[layout])
    document = read(Source(path, text.encode()), whole.format or format_of(path), whole.read)
    return list(Mapper(whole, KNOWLEDGE.types[whole.type]).records(document))


def _fields(layout: str, text: str, path: str) -> dict[str, object]:
    (record,) = _mapped(layout, text, path)
    assert KNOWLEDGE.types[record.type].accepts(record.fields), list(KNOWLEDGE.types[record.type].faults(record.fields))
    return {name: value for name, value in record.fields.items() if name != "body_digest"}


@pytest.mark.parametrize("layout", sorted(KNOWLEDGE.layouts))
def test_every_layout_compiles_and_is_documented(layout):
    bare = Collection(name="c", type="", layout=layout, location=Location("qmscheck.yaml", 1))
    whole = with_layout(bare, KNOWLEDGE.layouts[layout])
    Mapper(whole, KNOWLEDGE.types[whole.type])
    assert KNOWLEDGE.layouts[layout]["description"]


def test_tech_docs_page():
    text = '---\ntitle: Alerts\nlast_reviewed_on: 2026-05-01\nreview_in: 6 months\nowner_slack: "#ops"\n---\n# Alerts\n'
    assert _fields("tech-docs-page", text, "source/alerts.html.md.erb") == {
        "id": "source/alerts.html.md.erb",
        "title": "Alerts",
        "owner": "#ops",
        "last_reviewed_on": "2026-05-01",
        "review_interval": "P6M",
    }
    assert _mapped("tech-docs-page", "---\ntitle: x\n---\n", "a.md") == []


def test_dated_page():
    found = _fields("dated-page", "---\ntitle: T\ndate: 2026-05-01 # day of the last change\n---\n", "docs/a.md")
    assert (found["last_reviewed_on"], found["review_interval"]) == ("2026-05-01", "P12M")


@pytest.mark.parametrize(
    ("heading", "version", "date"),
    [
        ("[1.1.1] - 2023-03-05", "1.1.1", "2023-03-05"),
        ("v8.0.0 2021-04-03", "8.0.0", "2021-04-03"),
        ("2.0.2 / 2015-07-14", "2.0.2", "2015-07-14"),
        ("[13.0.1](https://x.org/compare/v13.0.0...v13.0.1) (2026-07-02)", "13.0.1", "2026-07-02"),
        ("10.6.0 - 13 August 2026", "10.6.0", "2026-08-13"),
        ("0.1.6 (Prerelease) - 1st Nov 2018", "0.1.6", "2018-11-01"),
        ("1.0.0 - August 13, 2026", "1.0.0", "2026-08-13"),
        ("Version 26.5.1", "26.5.1", None),
        ("18.3a0", "18.3a0", None),
        ("0.0.23-alpha (Breaking release)", "0.0.23-alpha", None),
        ("v5.0.0-beta.1 (Pre-release)", "5.0.0-beta.1", None),
        ("`pkg` 1.2.3+build.5", "1.2.3+build.5", None),
        ("1.2.3 2026-02-31", "1.2.3", "2026-02-31"),
        ("Unreleased", None, None),
        ("main / (unreleased)", None, None),
        ("Changes of 2026-07-02", None, None),
    ],
)
def test_keep_a_changelog(heading, version, date):
    found = _mapped("keep-a-changelog", f"# Changelog\n\n## {heading}\n\n- fixed\n", "CHANGELOG.md")
    assert [(one.id, one.fields["version"], one.fields.get("date")) for one in found] == (
        [(version, version, date)] if version else []
    )
    assert [one.fields["entries"] for one in found] == [["fixed"]] * len(found)


def test_yanked_releases():
    (found,) = _mapped("keep-a-changelog", "## 1.0.1 - 2026-01-01 [YANKED]\n", "CHANGELOG.md")
    assert found.fields["yanked"] is True


NYGARD = """# 12. Use one queue

Date: 2026-01-02

## Status

⌛️ Superseded by [013. Two queues](013-two-queues.md)

## Context

It was slow.

## Decision

One queue.

## Consequences

Less to run.
"""


def test_nygard_decision():
    assert _fields("nygard-decision", NYGARD, "adr/012-one-queue.md") == {
        "id": "012-one-queue",
        "number": 12,
        "title": "Use one queue",
        "date": "2026-01-02",
        "status": "superseded",
        "superseded_by": ["013-two-queues"],
        "context": "It was slow.",
        "decision": "One queue.",
        "consequences": "Less to run.",
    }


MADR = "# Use one queue\n\n{}## Context and Problem Statement\n\nSlow.\n"


@pytest.mark.parametrize(
    "text",
    [
        "---\nstatus: accepted\ndate: 2026-01-02\ndecision-makers: [bo, al]\n---\n" + MADR.format(""),
        MADR.format("* Status: accepted\n* Deciders: bo, al\n* Date: 2026-01-02\n\n"),
    ],
)
def test_madr_decision(text):
    assert _fields("madr-decision", text, "adr/0012-use-one-queue.md") == {
        "id": "0012-use-one-queue",
        "number": 12,
        "title": "Use one queue",
        "status": "accepted",
        "date": "2026-01-02",
        "deciders": ["bo", "al"],
        "context": "Slow.",
    }


def test_postmortem_headings():
    parts = ("# Outage\n", "## Summary\nDown.\n", "## Attendees\n- bo\n", "## Timeline\n- 10:00 down\n")
    text = "\n".join((*parts, "## Action Items\n- [x] mend\n- test\n"))
    assert _fields("postmortem-headings", text, "pm/PM-1.md") == {
        "id": "PM-1",
        "title": "Outage",
        "summary": "Down.",
        "participants": ["bo"],
        "timeline": [{"event": "10:00 down"}],
        "actions": [{"status": "done", "text": "mend"}, {"text": "test"}],
    }


TIMES = """# Outage

## Timeline

All times in UTC.

| Time (UTC)       | Event      |
| ---------------- | ---------- |
| 2026-01-01 9:05  | First alert |
| 2026-01-01 HH:mm | Mended     |

## Contributing factors

- No alert on free space

## Attendees

- bo, al
"""


def test_postmortem_with_a_table_as_timeline():
    (record,) = _mapped("postmortem-headings", TIMES, "pm/PM-2.md")
    assert record.fields["timeline"] == [
        {"at": "2026-01-01T09:05:00", "event": "First alert"},
        {"at": "2026-01-01 HH:mm", "event": "Mended"},
    ]
    assert record.fields["root_causes"] == [{"text": "No alert on free space"}]
    assert record.fields["participants"] == ["bo", "al"]


TABLE = """---
title: Development
version: "1.0"
---
# Design and development

|                      |            |
|----------------------|------------|
| **Document ID**      | QP-001     |
| **Author**           | ada, bo    |
| **Approval**         |            |
| **Approval date:**   | 2026-03-01 |
"""


def test_document_control_table():
    assert _fields("document-control-table", TABLE, "docs/QP-001.md") == {
        "id": "QP-001",
        "title": "Development",
        "version": "1.0",
        "authors": ["ada", "bo"],
        "approved_by": "",
        "approved_on": "2026-03-01",
    }


@pytest.mark.parametrize(
    ("folder", "kind"), [("policies", "policy"), ("procedures", "procedure"), ("narratives", "other")]
)
def test_comply_document(folder, kind):
    text = "name: Access\nacronym: AP\nsatisfies:\n  TSC:\n    - CC6.1\n---\n# Purpose\n"
    assert _fields("comply-document", text, f"example/{folder}/access.md") == {
        "id": "AP",
        "title": "Access",
        "doc_kind": kind,
        "links": {"implements": ["CC6.1"]},
    }


BULLETS = """# Outage

- **Key events**
  - First detected 2026-01-01 10:00
  - Repaired: 2026-01-01 1212
  - Resolved 2026-01-01 14.30

- **Time to repair**: 2h 12m

- **Identified**:
  By an alert.

- **Resolution**:
  - restart

- **Review actions**:
  - watch it
"""


def test_postmortem_bullets():
    found = _fields("postmortem-bullets", BULLETS, "pm/2026-01-01.md")
    assert found["summary"] == "By an alert."
    assert found["actions"] == [{"text": "watch it"}]
    assert found["resolution"] == "- restart"


def test_incident_key_events():
    found = _fields("incident-key-events", BULLETS, "pm/2026-01-01.md")
    assert [found[name] for name in ("detected_at", "service_restored_at", "resolved_at", "repair_minutes")] == [
        "2026-01-01T10:00:00",
        "2026-01-01T12:12:00",
        "2026-01-01T14:30:00",
        132,
    ]


REGISTERS = {
    "change-register": (
        {
            "ID": "CHG-1",
            "Title": "Up",
            "Type": "Minor",
            "Risk": "Very high",
            "Rollback Plan": "undo",
            "CAB Date": "2026-03-11",
            "Planned Start": "2026-03-15 22:00",
            "CAB Decision": "Approved",
            "Systems": "a, b",
            "Actual Result": "Rolled back",
        },
        {
            "id": "CHG-1",
            "change_type": "normal",
            "risk_level": "very_high",
            "remediation": {"plan": "undo"},
            "planned_start": "2026-03-15T22:00:00",
            "approvals": [{"at": "2026-03-11", "decision": "approved"}],
            "ci_refs": ["a", "b"],
            "outcome": "backed_out",
        },
    ),
    "incident-register": (
        {
            "Incident ID": "I-1",
            "Reported At": "2026-01-22 09:14",
            "Resolved At": "2026-01-22 14:00",
            "MTTR (h)": "4.8",
            "Status": "Closed",
            "Priority": "High",
        },
        {
            "id": "I-1",
            "detected_at": "2026-01-22T09:14:00",
            "resolved_at": "2026-01-22T14:00:00",
            "x_repair_hours": 4.8,
            "status": "closed",
            "priority": "P2",
        },
    ),
    "deployment-log": (
        {
            "time": "2026-03-10 18:05",
            "env": "Production",
            "App": "archive",
            "version": "v5.0.0",
            "sha": "03142CB",
            "Result": "Succeeded",
            "user": "piotr",
            "change": "CHG-1, CHG-2",
            "action": "Deploy",
        },
        {
            "deployed_at": "2026-03-10T18:05:00",
            "environment": "Production",
            "application": "archive",
            "version": "5.0.0",
            "commit": "03142CB",
            "outcome": "successful",
            "deployed_by": "piotr",
            "change_refs": ["CHG-1", "CHG-2"],
            "kind": "deployment",
        },
    ),
    "nonconformity-register": (
        {
            "ID": "N-1",
            "Corrective Action": "train",
            "Owner": "HR",
            "Due Date": "2026-05-15",
            "Status": "Closed (verified)",
            "Effectiveness Check": "audit",
            "Closure Date": "",
        },
        {"id": "N-1", "status": "closed", "owner": "HR", "effectiveness": {"notes": "audit"}},
    ),
    "document-register": (
        {
            "Doc ID": "POL-1",
            "Title": "P",
            "Type": "Policy",
            "Version": "2.0",
            "Approver": "CEO",
            "Last Review": "2026-01-15",
            "Next Review": "2027-01-15",
            "Status": "Published",
        },
        {
            "doc_kind": "policy",
            "version": "2.0",
            "approved_by": "CEO",
            "last_reviewed_on": "2026-01-15",
            "review_due_on": "2027-01-15",
            "status": "approved",
        },
    ),
    "supplier-register": (
        {
            "ID": "S-1",
            "Supplier": "A",
            "Service": "Cloud",
            "Criticality": "Critical",
            "Contract Start": "2023-01-01",
            "Contract End": "",
            "Last Review": "2026-01-15",
            "Next Review": "2027-01-15",
            "Status": "Active",
        },
        {
            "title": "A",
            "provides": [{"description": "Cloud"}],
            "criticality": "critical",
            "kind": "external",
            "contract": {"valid_from": "2023-01-01"},
            "last_evaluated_on": "2026-01-15",
            "next_evaluation_on": "2027-01-15",
            "status": "approved",
        },
    ),
    "risk-register": (
        {
            "Risk ID": "R-1",
            "Risk Title": "Fire",
            "Likelihood (1-5)": "4",
            "Max Impact": "5",
            "Treatment Decision": "Mitigate",
            "Residual Likelihood": "2",
            "Status": "Open",
        },
        {
            "id": "R-1",
            "title": "Fire",
            "likelihood": 4,
            "severity": 5,
            "treatment": "reduce",
            "residual": {"likelihood": 2},
            "status": "open",
            "kind": "risk",
        },
    ),
}


@pytest.mark.parametrize("layout", REGISTERS)
def test_registers(layout):
    row, expected = REGISTERS[layout]
    cells = (",".join(f'"{cell}"' for cell in line) for line in (row, row.values()))
    found = _fields(layout, "\n".join(cells) + "\n", "register.csv")
    assert {name: found.get(name) for name in expected} == expected


def test_a_corrective_action_of_a_register():
    found = _fields(
        "nonconformity-register", "ID,Corrective Action,Owner,Due Date\nN-1,train,HR,2026-05-15\n", "capa.csv"
    )
    (action,) = found["corrective_actions"]
    assert (action["text"], action["owner"], action["due_on"]) == ("train", "HR", "2026-05-15")


def test_tags():
    text = "tag\tcommit_date\ttag_date\tkind\treachable_from_commit\n"
    rows = [
        "v2.0.0-rc.1\t2026-01-01T10:00:00+01:00\t2026-01-02T10:00:00+01:00\tannotated\tno",
        "18.3a0\t\t2018-03-14\tlightweight\tyes",
        "build-7\t\t\t\t",
    ]
    found = [one.fields for one in _mapped("tags-tsv", text + "\n".join(rows) + "\n", "tags.tsv")]
    assert found[0] == {
        "id": "v2.0.0-rc.1",
        "name": "v2.0.0-rc.1",
        "version": "2.0.0-rc.1",
        "prerelease": True,
        "kind": "annotated",
        "reachable": False,
        "commit_date": "2026-01-01T10:00:00+01:00",
        "tagged_on": "2026-01-02T10:00:00+01:00",
    }
    assert (found[1]["version"], found[1]["prerelease"], found[1]["reachable"]) == ("18.3a0", True, True)
    assert "version" not in found[2]


DOCS = Path(__file__).parents[2] / "docs" / "layouts"


@pytest.mark.parametrize("layout", sorted(KNOWLEDGE.layouts))
def test_every_layout_has_a_page_whose_example_it_reads(layout):
    page = (DOCS / f"{layout}.md").read_text("utf-8")
    assert page.startswith(f"# Layout `{layout}`")
    assert f"({layout}.md)" in (DOCS / "README.md").read_text("utf-8")
    named = re.sub(r"`\.(?=\w)", "` `", page)
    missing = [name for name in KNOWLEDGE.layouts[layout]["fields"] if name.split(".")[-1] not in named]
    assert not missing
    example = re.search(r"^```(md|csv|tsv|yml|json)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    if example is None:
        assert KNOWLEDGE.layouts[layout].get("from")
        return
    found = _mapped(layout, example[2], f"folder/012-example.{example[1]}")
    assert found
    kind = KNOWLEDGE.types[KNOWLEDGE.layouts[layout]["type"]]
    assert [list(kind.faults(record.fields)) for record in found] == [[]] * len(found)


HOSTILE = {
    "blanks": "# H\n- a\n" + " " * 100_000 + "x\n",
    "brackets": "# 1. x\n\n## Status\n\n" + "superseded [" * 10_000 + "\n",
    "stars": "# H\n" + "**" * 50_000 + "\n",
    "digits": "## " + "1." * 50_000 + "1\n",
    "dashes": "- a\n" + "- " * 10_000 + "x\n",
    "headings": "## 1.0\n- x\n" * 1_000,
    "blanks in a heading": "# 1" + " " * 100_000 + "x\n",
    "colons": ":" * 100_000,
    "fences": "```\n" * 10_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_takes_for_ever(text):
    for layout in (
        "nygard-decision",
        "madr-decision",
        "postmortem-headings",
        "postmortem-bullets",
        "incident-key-events",
    ):
        assert len(_mapped(layout, text, "folder/page.md")) == 1
    assert len(_mapped("keep-a-changelog", text, "CHANGELOG.md")) in (0, 1, 1_000)
