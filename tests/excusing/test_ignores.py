"""Comments that ignore: small findings only, with a reason, where they stand, and only where it is configured."""

from __future__ import annotations

import pytest

from qmscheck import app, config
from qmscheck.model import Outcome
from qmscheck.testing import Repository

CONFIG = """version: 1
select: [CHG001, CORE018, RSK003, DOC040, WVR007]
inline_ignores: true
collections:
  changes: {type: change, files: changes/*.yaml}
  risks: {type: risk, files: risks.yaml, split: {items: ""}}
  documents: {type: document, files: "documents/*.md"}
"""
CHANGE = "id: CHG-2026-0001\nstatus: draft\n"


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path).write("qmscheck.yaml", CONFIG)


def of(repository, rule, **more):
    found = [one for one in repository.check(as_of="2026-09-01", **more).results if one.rule.id == rule]
    return {one.record.id if one.record else one.subject: one for one in found}


def one(repository, rule):
    [result] = of(repository, rule).values()
    return result


@pytest.mark.parametrize(
    "change",
    [
        f"# qmscheck: ignore[CORE018] Imported.\n{CHANGE}",
        f"{CHANGE}# qmscheck:ignore[ CHG001, CORE018 ]   Imported.  \n",
        f"{CHANGE}title: New disks  # qmscheck: ignore[CORE018] Imported.\n",
    ],
)
def test_a_comment_with_a_reason_ignores_and_is_shown_with_its_place(repository, change):
    assert one(repository.write("changes/1.yaml", CHANGE), "CORE018").outcome is Outcome.FAIL
    result = one(repository.write("changes/1.yaml", change), "CORE018")
    line = next(number for number, text in enumerate(change.splitlines(), 1) if "qmscheck" in text)
    assert result.outcome is Outcome.WAIVED
    assert result.reason.startswith(f"ignored in changes/1.yaml:{line}: Imported.; ")


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("# qmscheck: ignore[CORE018]", "it gives no reason, and excuses nothing"),
        ("# qmscheck: ignore[CHG999] Imported.", "there is no rule 'CHG999'"),
        ("# qmscheck: ignore Imported.", "it gives no reason, and excuses nothing (+1 more)"),
        ("# qmscheck: ignore[] Imported.", "it names no rule; write ignore[CHG008] and the reason"),
        ("# qmscheck: ignore[RSK003] Imported.", "RSK003 finds nothing here; take the comment out"),
        ("# qmscheck: ignore[CHG001] Imported.", "CHG001 is of the grade major: only a waiver excuses it"),
    ],
)
def test_a_comment_that_is_not_in_order_ignores_nothing_and_is_told(repository, comment, told):
    repository.write("changes/1.yaml", f"id: CHG-2026-0001\n{comment}\nstatus: draft\n")
    assert {one(repository, rule).outcome for rule in ("CHG001", "CORE018")} == {Outcome.FAIL}
    result = one(repository, "WVR007")
    assert (result.outcome, result.message, str(result.location)) == (Outcome.FAIL, told, "changes/1.yaml:2:1")


@pytest.mark.parametrize("setting", ["", "inline_ignores: false\n"])
def test_without_being_configured_comments_are_only_comments(repository, setting):
    repository.write("qmscheck.yaml", CONFIG.replace("inline_ignores: true\n", setting))
    repository.write("changes/1.yaml", f"# qmscheck: ignore[CORE018] Imported.\n{CHANGE}")
    assert one(repository, "CORE018").outcome is Outcome.FAIL
    assert not of(repository, "WVR007")


@pytest.mark.parametrize(
    "text",
    [
        f"{CHANGE}description: |\n  # qmscheck: ignore[CORE018] Said by a customer.\n",
        f'{CHANGE}description: "a # qmscheck: ignore[CORE018] Said by a customer."\n',
        f"{CHANGE}description: 'qmscheck: ignore[CORE018] no comment at all'\n",
    ],
)
def test_text_of_a_record_is_no_comment(repository, text):
    repository.write("changes/1.yaml", text)
    assert one(repository, "CORE018").outcome is Outcome.FAIL
    assert not of(repository, "WVR007")


def test_in_a_file_of_several_records_it_belongs_to_the_one_it_stands_in_or_before(repository):
    repository.write(
        "risks.yaml",
        "- id: RSK-2026-0001\n"
        "# qmscheck: ignore[RSK003] Looked at by the board.\n"
        "- id: RSK-2026-0002\n"
        "- id: RSK-2026-0003  # qmscheck: ignore[RSK003] Looked at by the board.\n"
        "- id: RSK-2026-0004\n",
    )
    before = of(repository.write("qmscheck.yaml", CONFIG.replace("ignores: true", "ignores: false")), "RSK003")
    after = of(repository.write("qmscheck.yaml", CONFIG), "RSK003")
    assert {result.outcome for result in before.values()} == {Outcome.UNKNOWN}
    waived = [name[-1] for name, result in after.items() if result.outcome is Outcome.WAIVED]
    assert waived == ["2", "3"]


@pytest.mark.parametrize(
    "text",
    [
        "---\nid: DOC-2026-0001\n# qmscheck: ignore[DOC040] As printed.\n---\n# Title\n",
        "---\nid: DOC-2026-0001\n---\n# Title\n\n<!-- qmscheck: ignore[DOC040] As printed. -->\n",
    ],
)
def test_markdown_has_two_kinds_of_comments(repository, text):
    result = one(repository.write("documents/1.md", text), "DOC040")
    assert result.outcome is Outcome.WAIVED


@pytest.mark.parametrize(
    "text",
    [
        "# qmscheck: ignore[DOC040] As printed.",
        "Write `<!-- qmscheck: ignore[DOC040] As printed. -->` there.",
        "```\n<!-- qmscheck: ignore[DOC040] As printed. -->\n```",
    ],
)
def test_a_heading_and_code_are_no_comment(repository, text):
    repository.write("documents/1.md", f"---\nid: DOC-2026-0001\n---\n{text}\n")
    assert one(repository, "DOC040").outcome is Outcome.FAIL
    assert not of(repository, "WVR007")


def test_auditors_see_it_without(repository):
    repository.write("changes/1.yaml", f"# qmscheck: ignore[CORE018] Imported.\n{CHANGE}")
    report = app.run(config.load(repository.root), app.Wishes(as_of="2026-09-01", waivers=False))
    assert {one.outcome.value for one in report.results if one.rule.id == "CORE018"} == {"fail"}
    assert {one.outcome.value for one in report.results if one.rule.id == "WVR007"} == {"not_applicable"}


def test_rules_on_comments_cannot_be_ignored(repository):
    repository.write("changes/1.yaml", f"# qmscheck: ignore[WVR007] So what.\n# qmscheck: ignore[CORE018]\n{CHANGE}")
    assert one(repository, "WVR007").outcome is Outcome.FAIL
