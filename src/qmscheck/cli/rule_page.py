"""The page that explains one rule."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.cli.page import Page
from qmscheck.config import Config
from qmscheck.glossary import BASES, DETECTS, GRADES, NOTE, SCOPES, TESTS, edition_note, settings_of
from qmscheck.knowledge import Knowledge
from qmscheck.model import Example, Outcome, Rule, Scope


def rule_page(page: Page, rule: Rule, knowledge: Knowledge, config: Config) -> None:
    """Everything there is to know about a rule."""
    page.title(rule.id, rule.title)
    page.text(rule.name)
    page.heading("What it judges")
    of = "record" if rule.record == "any" else " or ".join(rule.record.split())
    page.text(SCOPES[rule.scope].format(of=of if rule.scope is not Scope.COLLECTION else f"{of} records"))
    page.item("Grade", f"{rule.grade}: {GRADES[rule.grade]}. A suggestion; only an audit grades.", gap=4)
    page.item("Basis", f"{rule.basis}: {BASES[rule.basis]}", gap=4)
    page.item("Detects", f"{rule.detects}: {DETECTS[rule.detects]}")
    page.heading("Why")
    page.text(rule.why)
    page.heading("What to do")
    page.text(rule.fix)
    page.heading("Controls and clauses")
    for control in rule.controls:
        clauses(page, control, knowledge, rule)
    page.heading("The test")
    for key in TESTS:
        if isinstance(text := rule.definition.get(key), str):
            page.item(f"{key}:", text, gap=1)
        elif key in rule.definition:
            page.yaml({key: rule.definition[key]})
    _settings(page, rule, knowledge, config)
    _examples(page, rule)
    page.heading("File")
    for line in _file(rule, knowledge):
        page.text(line)
    page.text(NOTE, indent=0)


def _file(rule: Rule, knowledge: Knowledge) -> Iterator[str]:
    """The path by which reports name the file, and where it lies when it came with a package."""
    shown = rule.location.path if rule.location else rule.pack
    yield shown
    for name, folder in knowledge.packs:
        if name == rule.pack and "@" in name:
            yield str(folder / shown.removeprefix(f"{name}/"))


def clauses(page: Page, control: str, knowledge: Knowledge, rule: Rule) -> None:
    """A control, and below it its clauses in every edition that asks for the rule."""
    known = knowledge.controls.get(control)
    if known is None:
        page.item(control, "")
        return
    page.item(control, known.subject)
    found = [
        (reference, f"{standard.clauses[number].title}{edition_note(standard.status)}")
        for standard in knowledge.standards.values()
        if rule.asked_by(standard.id)
        for number in known.clauses.get(standard.id, ())
        for reference in [f"{standard.id}/{number}"]
    ]
    page.items(found, indent=4)
    if not found:
        page.text("no clause of its own: good order, which every standard presumes", indent=4)


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
