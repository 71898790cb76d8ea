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


def faults(
    schema: Mapping[str, object],
    value: object,
    formats: Mapping[str, Callable[[object], bool]] | None = None,
    *,
    free: str = "",
) -> Iterator[tuple[FieldPath, str]]:
    """Every place where the value breaks the schema, with a sentence each, in order of place.

    ``free`` says what to do with a key that no schema knows and that resembles none.
    """
    checker = FormatChecker(formats=())
    for name, holds in (formats or {}).items():
        checker.checks(name)(holds)
    errors = Draft202012Validator(dict(schema), format_checker=checker).iter_errors(value)
    for error in sorted(errors, key=lambda error: [str(part) for part in error.absolute_path]):
        yield from _explained(_deepest(error), free)


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
    if error.validator in {"additionalProperties", "unevaluatedProperties"}:
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
        missing = next(key for key in wanted if key not in cast(dict[str, Any], error.instance))
        yield path, f"{missing!r} is missing" + (f" in {name}" if path else "")
    elif error.validator == "pattern":
        yield path, f"{name} is {shown}; it must match {wanted}"
    elif error.validator in {"minItems", "minLength", "minProperties"}:
        yield path, f"{name} must not be empty"
    else:
        yield path, f"{name} is {shown}; expected {error.validator} {_shown(wanted)}"


def _unknown_keys(error: ValidationError, free: str) -> Iterator[tuple[str, str]]:
    schema = cast(dict[str, Any], error.schema)
    known, patterns = list(schema.get("properties", {})), schema.get("patternProperties", {})
    for key in cast(dict[str, Any], error.instance):
        if key in known or any(key.startswith(pattern.strip("^")) for pattern in patterns):
            continue
        near = get_close_matches(str(key), known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else free or f"known here: {_listed(known)}"
        yield str(key), f"unknown key {str(key)!r}: {hint}"


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
