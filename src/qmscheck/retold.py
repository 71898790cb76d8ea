"""What an example tells of a run: commits of the past, and what was excused (docs/rules.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qmscheck.calendars import time_of
from qmscheck.checks import Account, Ignore, Standing
from qmscheck.lives import Commit, Fields, Gone, Signature, State, ToldLives, Who
from qmscheck.model import Example, Location, Record


def lives_of(example: Example, records: Sequence[Record]) -> ToldLives | None:
    """The lives that an example tells of its first record; None when it tells of none.

    An item of ``history`` says ``on``, ``by``, and in ``fields`` what then differed from the record (null: was absent);
    without ``fields`` it is the record as it stands. An item of ``gone`` is ``{record, on, by}``.
    """
    if example.history is None and example.gone is None:
        return None
    told = {records[0].subject: tuple(_states(records[0], example.history))} if example.history and records else {}
    return ToldLives(
        by_subject=told, removed=tuple(_gone(item, number) for number, item in enumerate(example.gone or ()))
    )


def account_of(example: Example, records: Sequence[Record]) -> Account | None:
    """What an example says that the run excused; None when it says nothing.

    ``waivers`` counts findings by id of the waiver; an item of ``ignores`` is ``{rules, reason, excused, line}``, and
    ``baseline`` is ``{until, size, days, gone}``.
    """
    told = example.excused
    if told is None:
        return None
    counts, ignores = told.get("waivers"), told.get("ignores")
    return Account(
        waivers={record: counts[record.id] for record in records if record.id in counts}
        if isinstance(counts, Mapping)
        else {},
        ignores=lambda: tuple(_ignore(item) for item in ignores) if isinstance(ignores, list) else (),
        baseline=_standing(told["baseline"]) if "baseline" in told else None,
        judged=frozenset(map(str, told.get("judged", ()))),  # type: ignore[call-overload]
    )


def _standing(item: object) -> Standing:
    told = item if isinstance(item, Mapping) else {}
    return Standing(
        path="baseline.yaml",
        until=str(told.get("until", "")),
        size=int(str(told.get("size", 1))),
        days=int(str(told.get("days", 0))),
        gone=tuple(map(str, told.get("gone", ()))),
    )


def _ignore(item: Mapping[str, object]) -> Ignore:
    return Ignore(
        rules=tuple(map(str, item.get("rules", ()))),  # type: ignore[call-overload]
        reason=str(item.get("reason", "")),
        location=Location("example.yaml", int(str(item.get("line", 1)))),
        excused=frozenset(map(str, item.get("excused", ()))),  # type: ignore[call-overload]
    )


def _states(record: Record, items: Sequence[Mapping[str, object]]) -> Iterator[State]:
    before: Fields | None = None
    for number, item in enumerate(items):
        told = item.get("fields")
        then = {**record.fields, **(told if isinstance(told, Mapping) else {})}
        fields = {name: value for name, value in then.items() if value is not None}
        if fields == before:
            continue
        yield State(commit=_commit(item, number), fields=fields, before=(before,), path=record.path)
        before = fields


def _gone(item: Mapping[str, object], number: int) -> Gone:
    fields = item["record"]
    if not isinstance(fields, dict):
        raise TypeError("an item of `gone` needs a record")
    record = Record(
        type=str(fields.get("type", "")),
        id=str(fields.get("id", "")),
        fields=fields,
        path=f"removed-{number}.yaml",
        collection="example",
    )
    return Gone(record=record, commit=_commit(item, number))


def _commit(item: Mapping[str, object], number: int) -> Commit:
    moment = time_of(str(item["on"]))
    who = Who.of(str(item.get("by", "somebody")))
    committer = Who.of(str(item["committer"])) if item.get("committer") else who
    trailers = item.get("trailers")
    return Commit(
        id=f"{number + 1:040x}",
        author=who,
        committer=committer,
        authored=moment,
        committed=moment,
        parents=int(str(item.get("parents", 1))),
        subject=str(item.get("subject", "")),
        trailers=tuple(_trailers(trailers if isinstance(trailers, Mapping) else {})),
        formatting=item.get("formatting") is True,
        records=int(str(item.get("records", 1))),
        carried=item.get("carried") is True,
        signature=_signature(str(item["signed"])) if item.get("signed") else None,
    )


def _signature(told: str) -> Signature:
    """``good Kim <kim@example.org>``: the state, and who signed."""
    state, _, signer = told.partition(" ")
    return Signature(state, signer)


def _trailers(told: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key, value in told.items():
        for one in value if isinstance(value, list) else [value]:
            yield str(key).casefold(), str(one)
