"""The baseline: findings that were known on the day of adoption, excused until a target day.

A finding is known by its rule, what it is found on, its problem, and the content of the record: a record that was
changed is judged anew. The file has one line a problem, in a fixed order. It may only shrink (`verbs.ratchet`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qmscheck.calendars import Untold, day_of
from qmscheck.checks import Standing
from qmscheck.checks.waivers import content_of
from qmscheck.definitions import Definition, load
from qmscheck.errors import ConfigError
from qmscheck.facts import Facts
from qmscheck.frozen import frozen
from qmscheck.model import Outcome, Result

UNTOLD: Final = "(cannot be told)"
"""The problem of a rule that cannot tell."""

_Place = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Known:
    """One known problem of a finding. ``content`` is empty where it is on no single record."""

    rule: str
    subject: str
    problem: str
    content: str = ""
    since: str = ""
    because: str = ""

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What tells it apart, whenever it was taken in."""
        return self.rule, self.subject, self.problem, self.content

    def __str__(self) -> str:
        """``CHG001 on changes/1.yaml (owner)``."""
        return f"{self.rule} on {self.subject}" + (f" ({self.problem})" if self.problem else "")


@frozen
class Baseline:
    """What a baseline file says. ``path`` is shown in messages."""

    path: str
    until: dt.date
    findings: tuple[Known, ...] = ()

    @property
    def oldest(self) -> str:
        """The day on which the oldest finding was taken in; empty when there is none."""
        return min((known.since for known in self.findings), default="")


def read(file: Path, shown: str) -> Baseline | None:
    """The baseline in a file; None when there is no file. Raises ConfigError with the line of whatever is wrong."""
    if not file.exists():
        return None
    definition = load(file, shown, "baseline", ConfigError)
    listed: Iterable[Mapping[str, str]] = definition.data["findings"]  # type: ignore[assignment]
    findings = [Known(**item) for item in listed]
    for number, known in enumerate(findings):
        _day(definition, known.since, ("findings", number, "since"))
    seen = Counter(known.identity for known in findings)
    twice = next((number for number, known in enumerate(findings) if seen[known.identity] > 1), None)
    if twice is not None:
        raise definition.wrong(f"{findings[twice]} stands here twice; take one out", ("findings", twice))
    return Baseline(path=shown, until=_day(definition, definition.data["until"], ("until",)), findings=tuple(findings))


def _day(definition: Definition, text: object, at: tuple[str | int, ...]) -> dt.date:
    try:
        return day_of(str(text))
    except Untold as reason:
        raise definition.wrong(str(reason), at) from None


def text_of(baseline: Baseline) -> Iterator[str]:
    """The lines of the file: one a problem, sorted, every text in quotes."""
    yield "# What is known and excused until a day (docs/excusing.md of qmscheck), written by `qmscheck baseline`.\n"
    yield "# It may only shrink. A changed record is judged anew.\n"
    yield "version: 1\n"
    yield f"until: {baseline.until}\n"
    yield "findings:" + ("\n" if baseline.findings else " []\n")
    for known in sorted(baseline.findings):
        fields = {name: getattr(known, name) for name in ("rule", "subject", "problem", "content", "since", "because")}
        told = {name: value for name, value in fields.items() if value or name == "problem"}
        yield f"  - {{{', '.join(f'{name}: {_quoted(value)}' for name, value in told.items())}}}\n"


def _quoted(text: str) -> str:
    """A YAML text in double quotes, on one line, that shows no invisible character as it is."""
    return f'"{"".join(map(_shown, text))}"'


def _shown(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    return sign if sign.isprintable() else f"\\U{ord(sign):08x}"


def known_problems(result: Result, since: str = "", because: str = "") -> list[Known]:
    """The problems of a result, as a baseline knows them; several with one key are numbered."""
    content = content_of(result.record) if result.record is not None else ""
    keys = [problem.identity for problem in result.problems] if result.outcome is Outcome.FAIL else [UNTOLD]
    counts: Counter[str] = Counter()
    found = []
    for key in sorted(keys):
        counts[key] += 1
        name = key if counts[key] == 1 else f"{key} ({counts[key]})"
        found.append(
            Known(
                rule=result.rule.id,
                subject=result.subject,
                problem=name,
                content=content,
                since=since,
                because=because,
            )
        )
    return found


class KnownFindings:
    """The baseline in a run: excuses what it knows, and remembers what was found of it."""

    def __init__(self, baseline: Baseline | None, facts: Facts) -> None:
        self._baseline = baseline
        self._days = int(str(facts.settings["baseline_days"]))
        self._holds = baseline is not None and facts.today <= baseline.until and self._length <= self._days
        self._known: dict[_Place, dict[tuple[str, str, str, str], Known]] = defaultdict(dict)
        for known in baseline.findings if baseline is not None else ():
            self._known[known.rule, known.subject][known.identity] = known
        self._found: set[tuple[str, str, str, str]] = set()

    @property
    def _length(self) -> int:
        """Days from the oldest finding to the target day."""
        baseline = self._baseline
        return (baseline.until - day_of(baseline.oldest)).days if baseline is not None and baseline.oldest else 0

    def excuse(self, result: Result) -> str:
        """Since when a result is known, and until when that excuses it; empty when it is new, or in part."""
        baseline, known = self._baseline, self._known.get((result.rule.id, result.subject))
        if baseline is None or known is None:
            return ""
        identities = [one.identity for one in known_problems(result)]
        self._found.update(identity for identity in identities if identity in known)
        if not self._holds or not all(identity in known for identity in identities):
            return ""
        since = max(known[identity].since for identity in identities)
        because = next((known[identity].because for identity in identities if known[identity].because), "")
        told = f"in the baseline since {since}, until {baseline.until}"
        return f"{told}: {because}" if because else told

    def standing(self, judged: Collection[str]) -> Standing | None:
        """How it stands after judging; None when there is no baseline."""
        baseline = self._baseline
        if baseline is None:
            return None
        gone = (known for known in baseline.findings if known.rule in judged and known.identity not in self._found)
        return Standing(
            path=baseline.path,
            until=baseline.until.isoformat(),
            size=len(baseline.findings),
            days=self._length,
            gone=tuple(str(known) for known in gone),
        )
