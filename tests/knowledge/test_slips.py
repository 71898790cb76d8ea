"""What is told first of a definition file with a slip is the slip, not what follows from it."""

from __future__ import annotations

import pytest

from qmscheck import definitions
from qmscheck.errors import RuleDefinitionError

RULE = """\
id: ACME001
name: named
title: A change has a title
record: change
controls: [C-CHG]
grade: minor
basis: practice
detects: missing
requires: [title]
why: w
fix: f
examples: {pass: [{title: A}], fail: [{id: B}]}
"""


@pytest.mark.parametrize(
    ("slip", "right", "told"),
    [
        ("detect:", "detects:", "rule.yaml:8:1: unknown key 'detect': did you mean 'detects'?"),
        ("detects: missing\nwhi: w", "detects: missing\nwhy: w", "yaml:9:1: unknown key 'whi': did you mean 'why'?"),
        ("", "why: w\nfix: f\n", "rule.yaml:1:1: 'why' is missing (and 1 more)"),
        ("colour: red\n", "why: w\n", "rule.yaml:10:1: unknown key 'colour': known here: id, name"),
        ("{passes: [{title: A}], fail", "{pass: [{title: A}], fail", "unknown key 'passes': did you mean 'pass'?"),
    ],
)  # fmt: skip
def test_the_slip_is_told_first(tmp_path, slip, right, told):
    text = RULE.replace("requires: [title]\nwhy: w", "why: w\nrequires: [title]") if "whi" in slip else RULE
    assert right in text
    file = tmp_path / "rule.yaml"
    file.write_text(text.replace(right, slip))
    with pytest.raises(RuleDefinitionError) as raised:
        definitions.load(file, "rule.yaml", "rule")
    assert told in str(raised.value)
    if "did you mean" in told:
        assert "more)" not in str(raised.value)
