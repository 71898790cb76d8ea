"""Why a value breaks a JSON Schema, in the words of the person who wrote the value.

jsonschema explains; the fast yes or no comes from jsonschema-rs elsewhere. Import this module only on failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match

from qmscheck.model import FieldPath

_ASKED = {
    "when": "a date or date-time like 2026-03-01 or 2026-03-01T09:30:00Z",
    "day": "a date like 2026-03-01",
    "period": "a period like P12M",
}
_KINDS = {
    "object": "an object (key: value)",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}
_SHOWN = 60
_CLOSING = frozenset({"additionalProperties", "unevaluatedProperties"})
"""What refuses keys that a schema does not know."""


def faults(
    schema: Mapping[str, object],
    value: object,
    formats: Mapping[str, Callable[[object], bool]] | None = None,
    *,
    free: str = "",
) -> Iterator[tuple[FieldPath, str]]:
    """Every place where the value breaks the schema, with a sentence each, in order of place.

    Of one object the keys that no schema knows come first: they tell why others are missing. ``free`` says what to do
    with one that resembles none.
    """
    checker = FormatChecker(formats=())
    for name, holds in (formats or {}).items():
        checker.checks(name)(holds)
    errors = Draft202012Validator(dict(schema), format_checker=checker).iter_errors(value)
    told: set[tuple[FieldPath, str]] = set()
    for error in sorted(errors, key=_order):
        for fault in _explained(_deepest(error), free):
            if fault not in told:
                told.add(fault)
                yield fault


def _order(error: ValidationError) -> tuple[list[str], bool]:
    return [str(part) for part in error.absolute_path], error.validator not in _CLOSING


def _deepest(error: ValidationError) -> ValidationError:
    """Of alternatives that all failed, the error of the one that came nearest."""
    while error.validator in {"anyOf", "oneOf"} and error.context:
        nearest = best_match(error.context)
        if nearest is None:
            break
        error = nearest
    return error


def _explained(error: ValidationError, free: str) -> Iterator[tuple[FieldPath, str]]:
    path: FieldPath = tuple(error.absolute_path)
    name = ".".join(str(part) for part in path) or "it"
    shown, wanted = _shown(error.instance), cast(Any, error.validator_value)
    if error.validator in _CLOSING:
        yield from (((*path, key), sentence) for key, sentence in _unknown_keys(error, free))
    elif error.validator == "enum":
        yield path, f"{name} is {shown}; it must be one of: {_listed(wanted)}{_near(error.instance, wanted)}"
    elif error.validator == "const":
        yield path, f"{name} is {shown}; it must be {wanted!r}"
    elif error.validator == "format":
        yield path, f"{name} is {shown}; it must be {_ASKED.get(str(wanted), f'a valid {wanted}')}"
    elif error.validator == "type":
        kinds = [wanted] if isinstance(wanted, str) else wanted
        yield path, f"{name} is {shown}; it must be {' or '.join(_KINDS[kind] for kind in kinds)}{_such_as(error)}"
    elif error.validator == "required":
        yield from ((path, f"{key!r} is missing" + (f" in {name}" if path else "")) for key in _lacking(error))
    elif error.validator == "pattern":
        yield path, f"{name} is {shown}; it must match {wanted}"
    elif error.validator in {"minItems", "minLength", "minProperties"}:
        yield path, f"{name} must not be empty"
    else:
        yield path, f"{name} is {shown}; expected {error.validator} {_shown(wanted)}"


def _lacking(error: ValidationError) -> Iterator[str]:
    """The keys that are asked for and not there, but for those that a key was probably meant to be."""
    schema, instance = cast(dict[str, Any], error.schema), cast(dict[str, Any], error.instance)
    misspelt = {near for _, near in _strangers(error)} if schema.get("additionalProperties") is False else set()
    return (key for key in cast(list[str], error.validator_value) if key not in instance and key not in misspelt)


def _unknown_keys(error: ValidationError, free: str) -> Iterator[tuple[str, str]]:
    known = list(cast(dict[str, Any], error.schema).get("properties", {}))
    for key, near in _strangers(error):
        hint = f"did you mean {near!r}?" if near else free or f"known here: {_listed(known)}"
        yield key, f"unknown key {key!r}: {hint}"


def _strangers(error: ValidationError) -> Iterator[tuple[str, str | None]]:
    """The keys that the schema does not know, each with the one that was probably meant."""
    schema = cast(dict[str, Any], error.schema)
    known, patterns = list(schema.get("properties", {})), schema.get("patternProperties", {})
    for key in cast(dict[str, Any], error.instance):
        if key not in known and not any(key.startswith(pattern.strip("^")) for pattern in patterns):
            near = get_close_matches(str(key), known, n=1)
            yield str(key), near[0] if near else None


def _such_as(error: ValidationError) -> str:
    """The schema's own example of what is wanted, if it gives one."""
    examples = cast(dict[str, Any], error.schema).get("examples") or [None]
    return f", such as {_shown(examples[0])}" if examples[0] is not None else ""


def _near(value: object, words: list[object]) -> str:
    near = get_close_matches(str(value), [str(word) for word in words], n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _listed(words: list[object]) -> str:
    return ", ".join(dict.fromkeys(str(word) for word in words))


def _shown(value: object) -> str:
    if value is None:
        return "empty"
    text = repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
