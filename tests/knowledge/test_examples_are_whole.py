"""Every shipped rule shows when it passes, when it fails, and when it cannot tell, or says why it always can."""

from __future__ import annotations

import pytest

from qmscheck import plugins
from qmscheck.app import knowledge_of

RULES = [rule for rule in knowledge_of(None, plugins.load()).rules.values() if rule.pack == "rules"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples(rule):
    shown = {example.expected for example in rule.examples}
    assert {"pass", "fail"} <= shown
    always = str(rule.definition.get("never_unknown", "")).strip()
    assert ("unknown" in shown) != bool(always), "an example of unknown, or never_unknown with the reason; not both"
