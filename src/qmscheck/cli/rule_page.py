"""The page that explains one rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from qmscheck.cli.page import Page
from qmscheck.config import Config
from qmscheck.knowledge import Knowledge
from qmscheck.model import Basis, Detects, Example, Grade, Outcome, Rule, Scope

GRADES = {
    Grade.MAJOR: "an auditor would probably raise a major nonconformity: something demanded is absent or broken down",
    Grade.MINOR: "an auditor would probably raise a minor nonconformity: a lapse in something that otherwise works",
    Grade.OBSERVATION: "worth a remark; no nonconformity by itself",
}
BASES = {
    Basis.REQUIREMENT: "a standard asks for this evidence",
    Basis.EXPECTATION: "no standard words it so, but auditors look for it",
    Basis.PRACTICE: "good custom, or a policy of your own organisation",
}
DETECTS = {
    Detects.MISSING: "something that should be recorded is not",
    Detects.STALE: "something was true once and has not been looked at since",
    Detects.INCONSISTENT: "what is recorded contradicts itself or other records",
    Detects.UNAUTHORISED: "somebody decided who may not, or nobody decided",
    Detects.UNREADABLE: "what is recorded cannot be read",
}
_SCOPES = {
    Scope.RECORD: "Judges each {of} by itself.",
    Scope.SEQUENCE: "Judges each {of} against the one before it in the same file.",
    Scope.COLLECTION: "Judges all {of} together.",
}
_TESTS = (
    "where",
    "among",
    "newest_by",
    "when",
    "because",
    "each",
    "requires",
    "expect",
    "check",
    "with",
    "show",
    "at",
    "message",
)
_SETTING = re.compile(r"\bsettings\.([a-z][a-z0-9_]*)")
NOTE = (
    "The wording of the standards is not quoted here, and cannot be: it is under copyright. Read the clauses in a "
    "licensed copy. A passing rule shows evidence; whether a requirement is met is for people to judge."
)


def rule_page(page: Page, rule: Rule, knowledge: Knowledge, config: Config) -> None:
    """Everything there is to know about a rule."""
    page.title(rule.id, rule.title)
    page.text(rule.name)
    page.heading("What it judges")
    of = "record" if rule.record == "any" else " or ".join(rule.record.split())
    page.text(_SCOPES[rule.scope].format(of=of if rule.scope is not Scope.COLLECTION else f"{of} records"))
    page.item("Grade", f"{rule.grade}: {GRADES[rule.grade]}. A suggestion; only an audit grades.", gap=4)
    page.item("Basis", f"{rule.basis}: {BASES[rule.basis]}", gap=4)
    page.item("Detects", f"{rule.detects}: {DETECTS[rule.detects]}")
    page.heading("Why")
    page.text(rule.why)
    page.heading("What to do")
    page.text(rule.fix)
    page.heading("Controls and clauses")
    for control in rule.controls:
        clauses(page, control, knowledge)
    page.heading("The test")
    for key in _TESTS:
        if isinstance(text := rule.definition.get(key), str):
            page.item(f"{key}:", text, gap=1)
        elif key in rule.definition:
            page.yaml({key: rule.definition[key]})
    _settings(page, rule, knowledge, config)
    _examples(page, rule)
    page.heading("File")
    page.text(rule.location.path if rule.location else rule.pack)
    page.text(NOTE, indent=0)


def clauses(page: Page, control: str, knowledge: Knowledge) -> None:
    """A control, and below it its clauses in every edition."""
    known = knowledge.controls.get(control)
    if known is None:
        page.item(control, "")
        return
    page.item(control, known.subject)
    found = [
        (reference, f"{standard.clauses[number].title}{edition_note(standard.status)}")
        for standard in knowledge.standards.values()
        for number in known.clauses.get(standard.id, ())
        for reference in [f"{standard.id}/{number}"]
    ]
    page.items(found, indent=4)
    if not found:
        page.text("no clause of its own: good order, which every standard presumes", indent=4)


def edition_note(status: str) -> str:
    """How an edition that is not the current one is marked."""
    return "" if status == "current" else f" ({status} edition)"


def settings_of(rule: Rule) -> list[str]:
    """Names of the settings that a rule file mentions, in order."""
    found = (name for text in _texts(rule.definition) for name in _SETTING.findall(text))
    return list(dict.fromkeys(found))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, child in value.items():
            if key not in {"why", "fix", "title", "examples"}:
                yield from _texts(child)
    elif isinstance(value, list):
        for child in value:
            yield from _texts(child)


def _settings(page: Page, rule: Rule, knowledge: Knowledge, config: Config) -> None:
    names = [name for name in settings_of(rule) if name in knowledge.settings or name in config.settings]
    if not names:
        return
    page.heading("Settings it reads")
    for name in names:
        own = name in config.settings
        page.yaml({name: config.settings[name] if own else knowledge.settings[name]})
        where = f"set in {config.path}" if own else "the default"
        page.text(f"{where}. {knowledge.setting_notes.get(name, '')}", indent=4)


def _examples(page: Page, rule: Rule) -> None:
    for outcome, heading in ((Outcome.PASS, "An example that passes"), (Outcome.FAIL, "An example that fails")):
        example = next((one for one in rule.examples if one.expected is outcome), None)
        if example is not None:
            page.heading(heading)
            page.yaml(_shown(example))
    others = len(rule.examples)
    if others:
        page.text(f"The file has {others} in all; `qmscheck rules test --select {rule.id} -v` runs them.")


def _shown(example: Example) -> object:
    """The record alone, or with what stands around it."""
    around = {
        "related": list(example.related),
        "people": list(example.people),
        "settings": dict(example.settings),
        "as_of": example.as_of,
    }
    given = {key: value for key, value in around.items() if value}
    if example.records is not None:
        return {"records": list(example.records), **given}
    return {"record": dict(example.record), **given} if given else dict(example.record)
