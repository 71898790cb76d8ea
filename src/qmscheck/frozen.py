"""Classes of named fields that never change: what ``dataclass(frozen=True, slots=True)`` makes, in a fifth of the time.

A dataclass writes and compiles six functions for each class, which takes half a millisecond, and the shortest run has
a hundred such classes. Here only ``__init__`` is written; all else is shared. `dataclasses.fields`, `replace` and
`asdict` know these classes as their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from functools import partial
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

_Class = TypeVar("_Class", bound=type)


@overload
@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def frozen(cls: _Class, /) -> _Class: ...


@overload
@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def frozen(*, kw_only: bool = True, eq: bool = True, slots: bool = True) -> Callable[[_Class], _Class]: ...


def frozen(cls: Any = None, /, *, kw_only: bool = True, eq: bool = True, slots: bool = True) -> Any:
    """Make a class of its annotated fields; their defaults are given as in a dataclass.

    ``kw_only``: fields are given by name. ``eq``: equal fields make equal objects; without, each equals only itself.
    """
    make = partial(_made, kw_only=kw_only, eq=eq, slots=slots)
    return make if cls is None else make(cls)


def _made(plain: type, *, kw_only: bool, eq: bool, slots: bool) -> Any:
    made: Any = dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(plain)
    made.__init__ = _init(made, kw_only=kw_only)
    made.__repr__ = _repr
    made.__setattr__ = made.__delattr__ = _refuse
    made.__reduce__ = _reduce
    if eq:
        made._compared = attrgetter(*(one.name for one in fields(made) if one.compare))  # noqa: SLF001 - seen by `_eq` and `_hash` only
        made.__eq__, made.__hash__ = _eq, _hash
    return made


def _init(made: Any, *, kw_only: bool) -> Callable[..., None]:
    """A function that sets the fields; their defaults are names that it sees."""
    seen: dict[str, Any] = {"_set": object.__setattr__, "_MISSING": MISSING}
    parameters = ["self", "*"] if kw_only else ["self"]
    lines = []
    for one in fields(made):
        parameter, value = _given(one, seen)
        parameters.append(parameter)
        lines.append(f"\n _set(self, {one.name!r}, {value})")
    exec(f"def __init__({', '.join(parameters)}):{''.join(lines)}", seen)  # noqa: S102 - of nothing but names of fields
    init: Callable[..., None] = seen["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init


def _given(one: Field[Any], seen: dict[str, Any]) -> tuple[str, str]:
    """A field as parameter, and the value that it is set to."""
    name, default = one.name, f"_default_{one.name}"
    if one.default_factory is not MISSING:
        seen[default] = one.default_factory
        return f"{name}=_MISSING", f"{default}() if {name} is _MISSING else {name}"
    seen[default] = one.default
    return name if one.default is MISSING else f"{name}={default}", name


def _repr(self: Any) -> str:
    shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({shown})"


def _eq(self: Any, other: Any) -> Any:
    return self._compared(self) == self._compared(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(self._compared(self))


def _refuse(self: object, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"{name!r} of {type(self).__name__} never changes")


def _reduce(self: Any) -> tuple[object, ...]:
    """For copies: the class, and what it is given."""
    return _anew, (type(self), {one.name: getattr(self, one.name) for one in fields(self)})


def _anew(made: Callable[..., object], given: dict[str, object]) -> object:
    return made(**given)
