"""``pytest --qmscheck``: every rule and record as a test of its own, with file and line.

Passes are tests that pass, findings and what cannot be told are tests that fail, waived findings are skipped with the
reason. Rules in packs of the configuration are tested by their examples as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from qmscheck.model import Report, Result
    from qmscheck.verbs.proving import Proof


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options."""
    group = parser.getgroup("qmscheck", "records of a management system")
    group.addoption(
        "--qmscheck",
        nargs="?",
        const=".",
        metavar="DIR",
        help="Judge the records that DIR/qmscheck.yaml names (default: here), a test for each rule and record.",
    )
    group.addoption("--qmscheck-as-of", metavar="DATE", help="The day to judge for. Default: now.")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the tests behind those that pytest found itself."""
    root = config.getoption("--qmscheck")
    if root is not None:
        records = Records.from_parent(session, name="qmscheck", path=Path(root).resolve())
        items.extend(records.collect())


class Records(pytest.Collector):
    """The records of one configuration."""

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each result that is not ``not_applicable``, and for each example of own rules."""
        from qmscheck import app, plugins  # noqa: PLC0415 - pytest runs without --qmscheck do not pay for it
        from qmscheck import config as configuration  # noqa: PLC0415
        from qmscheck.errors import QmscheckError  # noqa: PLC0415
        from qmscheck.model import Outcome  # noqa: PLC0415
        from qmscheck.verbs.proving import prove  # noqa: PLC0415

        try:
            own = configuration.load(self.path)
            report = app.run(own, app.Wishes(as_of=self.config.getoption("--qmscheck-as-of")))
            loaded = plugins.load(own.disabled_plugins)
            knowledge = app.knowledge_of(own, loaded)
        except QmscheckError as error:
            raise pytest.UsageError(f"qmscheck: {error}") from None
        packs = {shown for shown, _ in app.own_packs(own)}
        for result in report.results:
            if result.outcome is not Outcome.NOT_APPLICABLE:
                name = f"{result.rule.id}[{result.subject}]"
                yield Judgement.from_parent(self, name=name, result=result, report=report, root=own.root)
        for proof in prove(
            knowledge, loaded, [rule for rule in knowledge.rules.values() if rule.pack in packs and not rule.proven]
        ):
            name = f"{proof.rule.id}[example {proof.number}]"
            yield ProvenExample.from_parent(self, name=name, proof=proof, root=own.root)


class Judgement(pytest.Item):
    """One rule on one record."""

    def __init__(self, *, result: Result, report: Report, root: Path, **others: object) -> None:
        super().__init__(**others)  # type: ignore[arg-type]
        self._result = result
        self._report = report
        self._root = root

    def runtest(self) -> None:
        """Fail where the result makes the run fail; what only ought to be looked at passes with a warning section."""
        outcome = self._result.outcome.value
        if outcome == "waived":
            pytest.skip(self._result.reason)
        if self._report.fails_run(self._result):
            raise _NotSatisfied(self._result)
        if outcome != "pass":
            self.add_report_section("call", "qmscheck", f"{outcome}, not failing: {self._result.message}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # noqa: ARG002
        """The finding as a person reads it, without a traceback."""
        if not isinstance(excinfo.value, _NotSatisfied):
            return str(super().repr_failure(excinfo))
        result, rule = self._result, self._result.rule
        told = [f"{one.location or result.location}: {one.message}" for one in result.problems]
        lines = told or [f"{result.location}: {result.outcome.value}: {result.reason}"]
        return "\n".join([f"{rule.id} {rule.title} ({result.grade.value})", *lines, f"fix: {rule.fix}"])

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """File, line and name."""
        place = self._result.location
        return self._root / place.path, None if place.line is None else place.line - 1, self.name


class ProvenExample(pytest.Item):
    """One example of a rule in an own pack."""

    def __init__(self, *, proof: Proof, root: Path, **others: object) -> None:
        super().__init__(**others)  # type: ignore[arg-type]
        self._proof = proof
        self._root = root

    def runtest(self) -> None:
        """Fail where the example does not come out as its file says."""
        if not self._proof.holds:
            pytest.fail(self._proof.wrong, pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The example in the rule file."""
        place = self._proof.location
        line = None if place is None or place.line is None else place.line - 1
        return self._root / (place.path if place else "rules"), line, self.name


class _NotSatisfied(Exception):  # noqa: N818 - a finding is no error
    def __init__(self, result: Result) -> None:
        super().__init__(result.message)
