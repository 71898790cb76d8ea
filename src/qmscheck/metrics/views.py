"""Measures as text, JSON, CSV, and as the inputs of a management-review record."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from qmscheck.metrics import Figure, Measure
from qmscheck.reporters.csv import harmless
from qmscheck.reporters.sanitise import no_commands, one_line


def as_json(measures: Iterable[Measure], as_of: str) -> Iterator[str]:
    """One object: every measure with its formula, unit, clauses, figures and the values behind them."""
    whole = {"schema": "qmscheck-metrics/v1", "as_of": as_of, "metrics": [_plain(measure) for measure in measures]}
    yield json.dumps(whole, indent=2) + "\n"


def _plain(measure: Measure) -> dict[str, object]:
    metric = measure.metric
    return {
        "metric": metric.name,
        "title": metric.title,
        "kind": metric.kind,
        "unit": metric.unit,
        "formula": metric.formula,
        "clauses": list(measure.clauses),
        "feeds": list(metric.feeds),
        "total": _numbers(measure.total),
        "not_checkable": why_nothing(measure),
        "months": {month: _numbers(figure) for month, figure in measure.months.items()},
        "groups": {
            group: {key: _numbers(figure) for key, figure in keys.items()} for group, keys in measure.groups.items()
        },
        "values": [{"subject": value.subject, "value": value.number, "day": value.day} for value in measure.values],
        "untold": [{"subject": subject, "reason": reason} for subject, reason in measure.untold],
    }


def _numbers(figure: Figure) -> dict[str, object]:
    found = {
        "n": figure.n,
        "value": figure.value,
        "mean": figure.mean,
        "p90": figure.p90,
        "highest": figure.highest,
        "small_sample": figure.small,
    }
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in found.items()}


def as_csv(measures: Iterable[Measure]) -> Iterator[str]:
    """One row a figure: metric, unit, group, key, n, value, mean, p90, highest, small_sample, untold."""
    yield _row(["metric", "unit", "group", "key", "n", "value", "mean", "p90", "highest", "small_sample", "untold"])
    for measure in measures:
        for group, key, figure in _figures(measure):
            untold = len(measure.untold) if group == "total" else ""
            yield _row([measure.metric.name, measure.metric.unit, group, key, *_numbers(figure).values(), untold])


def _figures(measure: Measure) -> Iterator[tuple[str, str, Figure]]:
    yield "total", "", measure.total
    yield from (("month", month, figure) for month, figure in measure.months.items())
    for group, keys in measure.groups.items():
        yield from ((group, key, figure) for key, figure in keys.items())


def _row(cells: Sequence[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow([harmless(one) if isinstance(one, str) else one for one in cells])
    return buffer.getvalue()


@no_commands
def as_text(measures: Sequence[Measure], width: int, *, verbose: bool) -> Iterator[str]:
    """For a terminal: one line a figure; months and groups when ``verbose``."""
    return (line for measure in measures for line in _lines(measure, width, verbose=verbose))


def _lines(measure: Measure, width: int, *, verbose: bool) -> Iterator[str]:
    metric = measure.metric
    yield f"{metric.title}: {sentence(measure)}\n"
    yield f"  {metric.name} · {metric.formula}\n"[: max(width, 40) * 3]
    if measure.untold:
        subject, reason = measure.untold[0]
        yield f"  {len(measure.untold)} could not be told, e.g. {one_line(subject)}: {one_line(reason)}\n"
    if verbose:
        for group, key, figure in list(_figures(measure))[1:]:
            yield f"    {group} {one_line(key)}: {_said(figure, metric.kind, metric.unit)}\n"


def sentence(measure: Measure) -> str:
    """The figure in words, or why there is none."""
    nothing = why_nothing(measure)
    return nothing or _said(measure.total, measure.metric.kind, measure.metric.unit)


def why_nothing(measure: Measure) -> str:
    """Why there is no figure; empty where there is one."""
    if measure.total.n:
        return ""
    if measure.missing:
        return f"not checkable: no {' or '.join(measure.missing)} record was read"
    if measure.untold:
        return f"not checkable: {len(measure.untold)} records give no readable value"
    return "none" if measure.metric.kind == "count" else "nothing to count"


def _said(figure: Figure, kind: str, unit: str) -> str:
    if figure.value is None:
        return "no value"
    small = ", small sample" if figure.small else ""
    if kind == "count":
        return f"{figure.n} {unit}"
    if kind == "share":
        return f"{figure.value:.1f} {unit} of {figure.n}{small}"
    spread = f"nine of ten up to {figure.p90:g}, highest {figure.highest:g}"
    return f"median {figure.value:g} {unit}, {spread} ({figure.n}{small})"


def as_review(measures: Sequence[Measure], keys: Iterable[str]) -> Iterator[str]:
    """The ``inputs`` of a management-review record: filled where records give an answer, open where not."""
    yield "inputs:\n"
    for key in keys:
        lines = [f"{measure.metric.title}: {sentence(measure)}" for measure in measures if key in measure.metric.feeds]
        told = [line for line in lines if "not checkable" not in line]
        yield f"  {key}:\n"
        if told:
            yield f"    summary: {json.dumps('; '.join(told), ensure_ascii=False)}\n"
        else:
            yield '    summary: ""  # open: no record gives an answer; whoever prepares the review writes it\n'


def review_keys(settings: Mapping[str, object]) -> list[str]:
    """The union of the inputs that the standards in use ask for."""
    lists = (value for name, value in settings.items() if name.startswith("management_review_inputs"))
    return list(dict.fromkeys(str(key) for found in lists if isinstance(found, list) for key in found))
