"""Expressions: the CEL environment, its functions, and answers with three values.

CEL (Common Expression Language) runs in the official C++ engine, has no side effects and is bounded. A function that
raises ``Untold`` yields a CEL error value, which the engine's logic carries as the third value: the answer is then
``Untold`` with its reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from itertools import pairwise, product
from typing import Any

from qmscheck import calendars
from qmscheck.calendars import Untold
from qmscheck.errors import PluginError
from qmscheck.facts import Facts
from qmscheck.frozen import frozen
from qmscheck.model import Record, legible
from qmscheck.patterns import pattern
from qmscheck.schema import RecordType

VARIABLES = ("record", "item", "previous", "records", "related", "settings", "as_of")
BROKEN = "\x02"
"""Marks the text of an exception by which a function says that it is broken, through CEL, which keeps no more of it."""
_PREFIXES = ("OUT_OF_RANGE: ", "INVALID_ARGUMENT: ", "INTERNAL: ", "UNKNOWN: ")


@frozen
class Function:
    """A function for CEL: ``overloads`` are tuples of CEL type names, the last one the result's."""

    name: str
    call: Callable[..., object]
    overloads: tuple[tuple[str, ...], ...]


class Program:
    """One expression, compiled when it is first asked."""

    __slots__ = ("_compile", "_expression", "source")

    def __init__(self, source: str, compile_: Callable[[str], Any]) -> None:
        self.source = source
        self._compile = compile_
        self._expression: Any = None

    def compiled(self) -> Any:
        """The expression, compiled; raises ``ValueError`` with CEL's own words and the column."""
        if self._expression is None:
            self._expression = self._compile(self.source)
        return self._expression

    def value(self, activation: object) -> object:
        """The value as plain Python data; raises ``Untold`` when it cannot be told."""
        answer = self.compiled().eval(activation=activation)
        if answer.type().name() == "ERROR":
            raise _no_answer(answer.value())
        return answer.plain_value()

    def holds(self, activation: object) -> bool:
        """True or false; raises ``Untold`` when it cannot be told or is no truth value."""
        value = self.compiled().eval(activation=activation).value()
        if value is True or value is False:
            return bool(value)
        raise _no_answer(value)


def _no_answer(error: object) -> Untold | PluginError:
    """What to raise for what CEL gives instead of a value."""
    text = str(error)
    return PluginError(text.partition(BROKEN)[2]) if BROKEN in text else Untold(_reason(text))


def _reason(text: str) -> str:
    if text.startswith("NOT_FOUND: Key not found in map : "):
        name = text.rsplit(" : ", 1)[1].strip('"')
        return unread(name)
    if "No matching overloads" in text:
        return f"a value has another kind than the rule expects ({text.split(': ', 1)[-1]})"
    for prefix in _PREFIXES:
        text = text.removeprefix(prefix)
    return text


def unread(name: str, why: str = "no record that could tell was read") -> str:
    """The sentence on linked records of which nothing is known."""
    return f"nothing is known of {name!r}: {why}"


class Language:
    """The CEL environment of one run: compiles expressions and makes activations.

    ``standard`` are its own functions, without those of plugins; ``fixed`` the variables that are the same everywhere.
    """

    def __init__(self, facts: Facts, functions: Iterable[Function] = ()) -> None:
        self.standard = standard_functions(facts)
        self.fixed: Mapping[str, object] = {"settings": dict(facts.settings), "as_of": facts.as_of}
        self._functions = (*self.standard, *functions)

    def at(self, as_of: dt.datetime) -> None:
        """Let another instant be now; what is compiled stays."""
        self.fixed = {**self.fixed, "as_of": as_of}

    @cached_property
    def _environment(self) -> Any:
        from cel_expr_python import cel  # noqa: PLC0415 - a run over plain rules and good records needs no CEL
        from cel_expr_python.ext import ext_math, ext_strings  # noqa: PLC0415

        maps = {name: cel.Type.Map(cel.Type.STRING, cel.Type.DYN) for name in VARIABLES}
        return cel.NewEnv(
            variables={**maps, "as_of": cel.Type.TIMESTAMP, "item": cel.Type.DYN},
            functions=[_declared(cel, function) for function in self._functions],
            extensions=[ext_strings.ExtStrings(), ext_math.ExtMath()],
        )

    def program(self, source: str) -> Program:
        """An expression that is known to be right; it is compiled when it is first asked."""
        return Program(source, self._compiled)

    def compile(self, source: str) -> Program:
        """Compile and type-check; raises ``ValueError`` with CEL's own words and the column."""
        program = self.program(source)
        program.compiled()
        return program

    def _compiled(self, source: str) -> Any:
        try:
            return self._environment.compile(spread(source))
        except RuntimeError as error:
            raise ValueError(_tidy(str(error))) from None

    def activation(self, variables: Mapping[str, object]) -> object:
        """Bindings that several programs may share."""
        return self._environment.Activation({**self.fixed, **variables})


def _declared(cel: Any, function: Function) -> Any:
    overloads = [
        cel.Overload(
            id=f"{function.name}_{'_'.join(types[:-1])}".lower(),
            parameters=[getattr(cel.Type, kind) for kind in types[:-1]],
            return_type=getattr(cel.Type, types[-1]),
            is_member=False,
            impl=function.call,
        )
        for types in function.overloads
    ]
    return cel.FunctionDecl(function.name, overloads)


_STATE_CALL = pattern(r"\b(in_state|reached)\(\s*([A-Za-z_][\w.]*)\s*,")


def spread(source: str) -> str:
    """``in_state(record, …)`` as ``in_state(record.type, record.status, …)``: a whole record is dear to hand over."""
    return _STATE_CALL.sub(r"\1(\2.type, \2.status,", source)


def _tidy(message: str) -> str:
    lines = message.removeprefix("INVALID_ARGUMENT: ").removeprefix("ERROR: <input>:").splitlines()
    head = lines[0] if lines else message
    place, _, text = head.partition(": ")
    return f"{text} (at character {place.rpartition(':')[2]})" if text else head


_SCALARS = ("STRING", "TIMESTAMP", "NULL", "INT", "DOUBLE", "BOOL", "LIST", "MAP")
_DATES = ("STRING", "TIMESTAMP", "NULL")
_STATUS = tuple(("STRING", status, "STRING", "BOOL") for status in ("STRING", "NULL"))


def _any(count: int, result: str, kinds: tuple[str, ...] = _SCALARS) -> tuple[tuple[str, ...], ...]:
    """One overload for each concrete type: CEL does not find a dynamic one at run time."""
    return tuple((*types, result) for types in product(kinds, repeat=count))


def standard_functions(facts: Facts) -> tuple[Function, ...]:
    """The functions of docs/rules.md."""
    return (
        Function(name="day", call=lambda x: _midnight(_day(x)), overloads=_any(1, "TIMESTAMP")),
        Function(name="time", call=_time, overloads=_any(1, "TIMESTAMP")),
        Function(name="is_date", call=_is_date, overloads=_any(1, "BOOL")),
        Function(name="filled", call=facts.filled, overloads=_any(1, "BOOL")),
        Function(name="text", call=_text, overloads=_any(1, "STRING")),
        Function(name="untold", call=_untold, overloads=(("STRING", "BOOL"),)),
        Function(name="on_or_before", call=_ordered(calendars.on_or_before), overloads=_any(2, "BOOL", _DATES)),
        Function(name="before", call=_ordered(calendars.before), overloads=_any(2, "BOOL", _DATES)),
        Function(name="plus", call=lambda t, p: _shifted(t, p, back=False), overloads=_any(2, "TIMESTAMP", _DATES)),
        Function(name="minus", call=lambda t, p: _shifted(t, p, back=True), overloads=_any(2, "TIMESTAMP", _DATES)),
        Function(name="days_between", call=lambda a, b: (_day(b) - _day(a)).days, overloads=_any(2, "INT", _DATES)),
        Function(name="minutes_between", call=_minutes, overloads=_any(2, "INT", _DATES)),
        Function(
            name="working_days",
            call=lambda a, b: calendars.working_days(_day(a), _day(b), facts.week, facts.holidays),
            overloads=_any(2, "INT", _DATES),
        ),
        Function(name="in_order", call=_in_order, overloads=(("LIST", "BOOL"),)),
        *_people_functions(facts),
        Function(name="in_state", call=lru_cache(lambda t, s, g: _in_state(facts, t, s, g)), overloads=_STATUS),
        Function(name="reached", call=lru_cache(lambda t, s, g: _reached(facts, t, s, g)), overloads=_STATUS),
    )


def _untold(reason: str) -> bool:
    raise Untold(reason)


def _people_functions(facts: Facts) -> tuple[Function, ...]:
    def is_person(name: object) -> bool:
        facts.people.require()
        return facts.people.find(name) is not None

    who = ("STRING", "NULL")
    return (
        Function(
            name="same_person",
            call=lambda a, b: None not in (a, b) and facts.people.same(a, b),
            overloads=_any(2, "BOOL", who),
        ),
        Function(name="is_person", call=is_person, overloads=_any(1, "BOOL", who)),
        Function(
            name="active_person",
            call=lambda a, t: facts.people.active(a, _day(t)),
            overloads=tuple((name, day, "BOOL") for name in who for day in _DATES),
        ),
        Function(
            name="held_role",
            call=lambda a, role, t: facts.people.held(a, role, _day(t)),
            overloads=tuple((name, "STRING", day, "BOOL") for name in who for day in _DATES),
        ),
        Function(
            name="role_limits",
            call=lambda a, role, t: facts.people.reach(a, role, _day(t)),
            overloads=tuple((name, "STRING", day, "LIST") for name in who for day in _DATES),
        ),
    )


def _in_order(dates: Iterable[object]) -> bool:
    """Whether no date lies before the one that stands before it; what is null is passed over."""
    ordered = _ordered(calendars.on_or_before)
    return all(ordered(first, second) for first, second in pairwise(date for date in dates if date is not None))


def _day(value: object) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, str):
        return calendars.day_of(value)
    raise Untold("a date is missing" if value is None else f"cannot read {value!r} as a date")


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _time(value: object) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, str):
        return calendars.time_of(value)
    raise Untold("a date is missing" if value is None else f"cannot read {value!r} as a date and time")


def _is_date(value: object) -> bool:
    return isinstance(value, dt.datetime) or (isinstance(value, str) and calendars.is_when(value))


def _text(value: object) -> str:
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _written(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        raise Untold("a date is missing")
    return _text(value)


def _ordered(compare: Callable[[str, str], bool]) -> Callable[[object, object], bool]:
    return lambda first, second: compare(_written(first), _written(second))


def _shifted(start: object, period: object, *, back: bool) -> dt.datetime:
    if not isinstance(period, str):
        raise Untold("a period is missing")
    return calendars.shift(_time(start), period, back=back)


def _minutes(first: object, second: object) -> int:
    for value in (first, second):
        if isinstance(value, str) and not calendars.has_time(value):
            raise Untold(f"{value!r} names a day but no time of day")
    return int((_time(second) - _time(first)).total_seconds() // 60)


def _lifecycle(facts: Facts, type_name: str, status: object) -> RecordType:
    if status is None:
        raise Untold("the record has no status")
    return facts.types[type_name]


def _in_state(facts: Facts, type_name: str, status: object, group: str) -> bool:
    record_type = _lifecycle(facts, type_name, status)
    if group not in record_type.lifecycle.groups:
        raise Untold(f"{record_type.name} has no group of states called {group!r}")
    return status in record_type.lifecycle.groups[group]


def _reached(facts: Facts, type_name: str, status: object, state: str) -> bool:
    return _lifecycle(facts, type_name, status).lifecycle.reached(status, state)


def as_variable(record: Record, fields: dict[str, object]) -> dict[str, object]:
    """A record as rules see it: its completed fields, which become the variable, and the facts of where it was read."""
    fields["type"] = record.type
    fields["path"] = legible(record.path)
    fields["collection"] = record.collection
    fields["index"] = record.index
    return fields


def as_text(value: object) -> str:
    """Any value as a person would write it in a sentence."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {as_text(part)}" for key, part in value.items() if part not in (None, "", [], {}))
    if isinstance(value, (list, tuple)):
        return ", ".join(as_text(part) for part in value)
    return _text(value)
