"""Measure what writing a report costs: seconds and peak memory for each format, beside peers that do it in memory.

    python benchmarks/reports.py --results 200000

Each line is a process of its own, which makes a report of so many results on the fly (one of ten fails), writes it to
a file and tells its peak memory above that of a process that only goes through the results. Peers in the same run:
junit_xml builds all cases and writes them; json builds one list and dumps it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from importlib import import_module
from pathlib import Path

from qmscheck.model import (
    Basis,
    Brief,
    Detects,
    Grade,
    Location,
    Outcome,
    Problem,
    Provenance,
    Read,
    Record,
    Report,
    Result,
    Results,
    Rule,
)
from qmscheck.reporters import FORMATS

RULES = 100
ONE_FAILS_OF = 10
NOTHING, PEERS = "nothing", ("peer: junit_xml", "peer: json.dump")


class Made(Results):
    """Results that exist only while somebody looks at them: every rule on every record."""

    def __init__(self, rules: tuple[Rule, ...], records: tuple[Record, ...]) -> None:
        self.rules, self.records = rules, records

    def _outcome(self, number: int) -> Outcome:
        return Outcome.PASS if number % ONE_FAILS_OF else Outcome.FAIL

    def _result(self, rule: Rule, record: Record) -> Result:
        place = Location(record.path, 12, 3)
        problem = Problem(message=f"no approval of {record.id} is dated on or before that day", location=place)
        return Result(rule=rule, subject=record.subject, outcome=Outcome.FAIL, record=record, problems=(problem,))

    def counts_by_rule(self) -> Mapping[Rule, Mapping[Outcome, int]]:
        counts = Counter(self._outcome(number) for number in range(len(self.records)))
        return dict.fromkeys(self.rules, counts)

    def by_rule(self) -> Iterator[tuple[Rule, Iterator[Result | Brief]]]:
        return ((rule, self._of_rule(rule)) for rule in self.rules)

    def _of_rule(self, rule: Rule) -> Iterator[Result | Brief]:
        for number, record in enumerate(self.records):
            outcome = self._outcome(number)
            yield (record, outcome, "") if outcome is Outcome.PASS else self._result(rule, record)

    def __iter__(self) -> Iterator[Result]:
        for rule, found in self.by_rule():
            for one in found:
                passed = (
                    Result(rule=rule, subject=one[0].subject, outcome=one[1], record=one[0])
                    if isinstance(one, tuple)
                    else one
                )
                yield passed

    def of(self, outcomes: Collection[Outcome]) -> Iterator[Result]:
        if Outcome.PASS in outcomes:
            return (result for result in self if result.outcome in outcomes)
        failing = [record for number, record in enumerate(self.records) if self._outcome(number) is Outcome.FAIL]
        wanted = Outcome.FAIL in outcomes
        return (self._result(rule, record) for rule in self.rules for record in failing if wanted)

    def __len__(self) -> int:
        return len(self.rules) * len(self.records)

    def __getitem__(self, index: int | slice) -> Result | tuple[Result, ...]:
        return tuple(self)[index]


def report(count: int) -> Report:
    """So many results of a hundred rules."""
    rules = tuple(
        Rule(
            id=f"CHG{number:03}",
            name=f"rule-{number}",
            title=f"A change is approved before it is implemented, variant {number}",
            record="change",
            grade=(Grade.MAJOR, Grade.MINOR)[number % 2],
            basis=Basis.REQUIREMENT,
            detects=Detects.INCONSISTENT,
            controls=("C-CHG",),
            why="Whoever approves must be able to say no.",
            fix="Record the decision of the change authority under approvals, with name and day.",
        )
        for number in range(RULES)
    )
    records = tuple(
        Record(type="change", id=f"CHG-{number:06}", fields={}, path=f"changes/CHG-{number:06}.yaml", collection="c")
        for number in range(count // RULES)
    )
    return Report(
        results=Made(rules, records),
        rules=rules,
        provenance=Provenance(version="0", as_of="2026-09-01", standards=("iso9001:2015",), config="qmscheck.yaml"),
        read=(Read(collection="c", type="change", files=len(records), records=len(records), unreadable=0),),
        clauses={"C-CHG": ("iso9001:2015/8.5.6",)},
    )


def write(name: str, made: Report, path: Path) -> None:
    """Write the report in a format, or as a peer would."""
    if name == NOTHING:
        path.write_text(str(sum(1 for _ in made.results)))
    elif name == PEERS[0]:
        from junit_xml import TestCase, TestSuite, to_xml_report_file  # noqa: PLC0415

        cases = [TestCase(one.subject, classname=one.rule.id, file=one.location.path, line=1) for one in made.results]
        for case, one in zip(cases, made.results, strict=True):
            if one.outcome is Outcome.FAIL:
                case.add_failure_info(one.message, one.rule.fix)
        with path.open("w") as stream:
            to_xml_report_file(stream, [TestSuite("qmscheck", cases)], prettyprint=False)
    elif name == PEERS[1]:
        rows = [{"rule": one.rule.id, "subject": one.subject, "outcome": one.outcome} for one in made.results]
        path.write_text(json.dumps(rows))
    else:
        module, dialect = FORMATS[name]
        render = import_module(f"qmscheck.reporters.{module}").render
        with path.open("w", encoding="utf-8") as stream:
            stream.writelines(render(made, **dialect))


def measured(name: str, count: int) -> tuple[float, float, float]:
    """Seconds, peak memory and size of the file in MiB, of one process."""
    words = [sys.executable, __file__, "--results", str(count), "--one", name]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return tuple(json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=int, default=200_000)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("formats", nargs="*", default=["junit", "junit:strict", "jsonl", "sarif", "json", "csv"])
    options = parser.parse_args()
    if options.one:
        made, began = report(options.results), time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "out"
            write(options.one, made, path)
            size = path.stat().st_size / 2**20
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps([time.perf_counter() - began, peak, size]))
        return
    _, base, _ = measured(NOTHING, options.results)
    found = {name: measured(name, options.results) for name in (*options.formats, *PEERS)}
    print(f"{options.results:,} results; going through them takes {base:.0f} MiB")
    print(f"{'':<20}{'seconds':>9}{'file, MiB':>11}{'above, MiB':>12}{'of junit_xml':>14}")
    most = found[PEERS[0]][1] - base
    for name, (seconds, peak, size) in found.items():
        print(f"{name:<20}{seconds:>9.1f}{size:>11.1f}{peak - base:>12.1f}{(peak - base) / most:>13.1%}")


if __name__ == "__main__":
    main()
