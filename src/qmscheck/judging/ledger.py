"""The ledger of a run: every result in one byte, and in full only those that have something to say.

Most results are passes, or do not apply for one of a few reasons. They are kept as a table for each record type, one
row a record and one column a rule, and are made anew whenever somebody looks at them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, overload

from qmscheck.model import Brief, Outcome, Record, Result, Results, Rule

PASS: Final = 0
"""The code of a pass."""
WHOLE: Final = 254
"""The code of a result that is kept in full."""
OPEN: Final = 255
"""The code of what is still to be judged."""

_Place = tuple[str, int, str]


class Sheet:
    """The results on the records of one type: a row for each record, in order of place, a column for each rule."""

    def __init__(self, rules: Sequence[Rule], records: Iterable[Record]) -> None:
        self.rules = tuple(rules)
        self.records = sorted(records, key=_place_of)
        self._codes = bytearray()
        self._words: list[tuple[Outcome, str]] = [(Outcome.PASS, "")]
        self._known: dict[str, int] = {}
        self._whole: dict[int, Result] = {}

    def append(self, row: bytearray) -> None:
        """The codes of the next record."""
        self._codes += row

    def skipped(self, reason: str) -> int | None:
        """The code of ``not_applicable`` for a reason; None when a byte cannot tell more reasons."""
        code = self._known.get(reason)
        if code is None and len(self._words) < WHOLE:
            code = self._known[reason] = len(self._words)
            self._words.append((Outcome.NOT_APPLICABLE, reason))
        return code

    def keep(self, row: int, column: int, result: Result) -> int:
        """Keep a result in full; answers with its code."""
        self._whole[row * len(self.rules) + column] = result
        return WHOLE

    def kept(self, row: int, column: int) -> Result:
        """The result that was kept in full."""
        return self._whole[row * len(self.rules) + column]

    def put(self, row: int, column: int, code: int) -> None:
        """The code of a result that is known after its row."""
        self._codes[row * len(self.rules) + column] = code

    def counts(self, column: int) -> Counter[Outcome]:
        """How many results of each outcome a rule has."""
        counts: Counter[Outcome] = Counter(result.outcome for result in self._kept(column))
        codes = self._column(column)
        for code in set(codes) - {WHOLE}:
            counts[self._words[code][0]] += codes.count(code)
        return counts

    def told(self, column: int) -> Iterator[Result | Brief]:
        """The results of one rule, record by record, in brief where that is all."""
        codes = self._column(column)
        outcomes = [outcome for outcome, _ in self._words]
        reasons = [reason for _, reason in self._words]
        if WHOLE not in codes:  # as nearly always
            return zip(self.records, map(outcomes.__getitem__, codes), map(reasons.__getitem__, codes), strict=True)
        kept = self._kept(column)
        return (
            next(kept) if code == WHOLE else (record, outcomes[code], reasons[code])
            for record, code in zip(self.records, codes, strict=True)
        )

    def results(self, column: int) -> Iterator[Result]:
        """The results of one rule, record by record."""
        rule = self.rules[column]
        return (_in_full(rule, told) for told in self.told(column))

    def of(self, column: int, outcomes: Collection[Outcome]) -> Iterator[Result]:
        """The results of one rule that have one of these outcomes."""
        common = any(self._words[code][0] in outcomes for code in set(self._column(column)) - {WHOLE})
        results = self.results(column) if common else self._kept(column)
        return (result for result in results if result.outcome in outcomes)

    def _column(self, column: int) -> bytearray:
        return self._codes[column :: len(self.rules)]

    def _kept(self, column: int) -> Iterator[Result]:
        codes, width = self._column(column), len(self.rules)
        row = codes.find(WHOLE)
        while row >= 0:
            yield self._whole[row * width + column]
            row = codes.find(WHOLE, row + 1)


class Ledger(Results):
    """All results of a run, sorted by area, rule and place of the record."""

    def __init__(self, sheets: Iterable[Sheet] = (), others: Iterable[Result] = ()) -> None:
        self._sheets = tuple(sheets)
        self._columns: dict[Rule, list[tuple[int, int]]] = {}
        self._others: dict[Rule, list[Result]] = {}
        for number, sheet in enumerate(self._sheets):
            for column, rule in enumerate(sheet.rules):
                self._columns.setdefault(rule, []).append((number, column))
        for result in sorted(others, key=_place):
            self._others.setdefault(result.rule, []).append(result)
        self._rules = sorted({**self._columns, **self._others}, key=lambda rule: (rule.area, rule.id))
        places = [(_place_of(record), number) for number, sheet in enumerate(self._sheets) for record in sheet.records]
        self._turns = [number for _, number in sorted(places)]

    def with_others(self, results: Iterable[Result]) -> Ledger:
        """A ledger with further results, which are on no record."""
        return Ledger(self._sheets, (*(result for found in self._others.values() for result in found), *results))

    def counts_by_rule(self) -> Mapping[Rule, Mapping[Outcome, int]]:
        """How many results of each outcome each rule has."""
        counts: dict[Rule, Counter[Outcome]] = {}
        for rule in self._rules:
            counts[rule] = Counter(result.outcome for result in self._others.get(rule, ()))
            for number, column in self._columns.get(rule, ()):
                counts[rule] += self._sheets[number].counts(column)
        return counts

    def of(self, outcomes: Collection[Outcome]) -> Iterator[Result]:
        """The results that have one of these outcomes, in order."""
        for rule in self._rules:
            found = [result for result in self._others.get(rule, ()) if result.outcome in outcomes]
            for number, column in self._columns.get(rule, ()):
                found += self._sheets[number].of(column, outcomes)
            yield from sorted(found, key=_place)

    def by_rule(self) -> Iterator[tuple[Rule, Iterator[Result | Brief]]]:
        """The results rule by rule, in order; in brief where there is no more to say."""
        return ((rule, self._told(rule)) for rule in self._rules)

    def __iter__(self) -> Iterator[Result]:
        return (_in_full(rule, told) for rule, results in self.by_rule() for told in results)

    def __len__(self) -> int:
        kept = sum(map(len, self._others.values()))
        return kept + sum(len(sheet.rules) * len(sheet.records) for sheet in self._sheets)

    @overload
    def __getitem__(self, index: int) -> Result: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Result]: ...
    def __getitem__(self, index: int | slice) -> Result | Sequence[Result]:
        """One result, or some: goes through all of them."""
        return tuple(self)[index]

    def _told(self, rule: Rule) -> Iterator[Result | Brief]:
        columns = self._columns.get(rule, [])
        if rule in self._others:
            found = [result for number, column in columns for result in self._sheets[number].results(column)]
            return iter(sorted((*found, *self._others[rule]), key=_place))
        if len(columns) == 1:
            number, column = columns[0]
            return self._sheets[number].told(column)
        waiting = {number: self._sheets[number].told(column) for number, column in columns}
        return (next(waiting[number]) for number in self._turns if number in waiting)


def _in_full(rule: Rule, told: Result | Brief) -> Result:
    if isinstance(told, Result):
        return told
    record, outcome, reason = told
    return Result(rule=rule, subject=record.subject, outcome=outcome, record=record, reason=reason)


def _place_of(record: Record) -> _Place:
    return record.path, record.index, record.subject


def _place(result: Result) -> _Place:
    return (result.subject, 0, result.subject) if result.record is None else _place_of(result.record)
