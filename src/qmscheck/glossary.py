"""What the tool's own words mean, in sentences: for pages that explain, in the terminal and in ``docs/reference``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qmscheck.model import Basis, Detects, Grade, Rule, Scope
from qmscheck.patterns import pattern

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
SCOPES = {
    Scope.RECORD: "Judges each {of} by itself.",
    Scope.SEQUENCE: "Judges each {of} against the one before it in the same file.",
    Scope.COLLECTION: "Judges all {of} together.",
}
TESTS = (
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
    "regrade",
)
_SETTING = pattern(r"\bsettings\.([a-z][a-z0-9_]*)")
NOTE = (
    "The wording of the standards is not quoted here, and cannot be: it is under copyright. Read the clauses in a "
    "licensed copy. A passing rule shows evidence; whether a requirement is met is for people to judge."
)
RELATIONS = {
    "same": "one well-made record serves both standards",
    "strongly": "one record serves both standards, with small additions",
    "partly": "one record serves both standards in part; see below what the other still needs",
    "weakly": "the standards ask for different things; one record rarely serves both",
    "none": "only one of the standards asks for it",
}
KINDS = {
    "maintain": "asks for a document that is kept up to date",
    "retain": "asks for records that are kept as evidence",
    "handle": "asks for no document by name; records may still show that it is done",
}


def edition_note(status: str) -> str:
    """How an edition that is not the current one is marked."""
    return "" if status == "current" else f" ({status} edition)"


def many(count: int, noun: str) -> str:
    """A number and its noun: ``1 rule``, ``1,200 rules``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


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
