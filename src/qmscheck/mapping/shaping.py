"""What a candidate may do with the text it found: match, split, each, strip, drop, lower, first_word, values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from qmscheck.mapping.place import Place
from qmscheck.mapping.values import ABSENT, text_of
from qmscheck.patterns import pattern

Step = Callable[[str], object]
"""From text to the new value, or to ABSENT."""

TRIMS: Final = ("strip", "drop", "lower", "first_word", "values")
SHAPES: Final = ("match", "else", "split", "each", *TRIMS)
_WORD: Final = pattern(r"[^\W\d_][\w'’-]*")  # noqa: RUF001 - the apostrophe that people type


class Shaping:
    """The steps of one candidate, in the order of docs/configuration.md. Lists are shaped item by item."""

    __slots__ = ("each", "item_separator", "match", "pattern", "separator", "trims")

    def __init__(self, spec: Mapping[str, object], place: Place) -> None:
        self.match = _match(spec, place)
        self.pattern = place.at("match").regex(spec["match"]) if self.match is not None else None
        self.separator = _separator(spec, place)
        self.each = self._each(spec.get("each"), place.at("each"))
        self.item_separator = _separator(spec.get("each") or {}, place.at("each"))
        self.trims = _trims(spec, place)

    @staticmethod
    def _each(spec: object, place: Place) -> tuple[Step, ...] | None:
        if spec is None:
            return None
        options = place.mapping(spec, ("match", "else", "split", *TRIMS))
        match = _match(options, place)
        return (*([match] if match else ()), *_trims(options, place))

    def __bool__(self) -> bool:
        return bool(self.match or self.separator or self.each is not None or self.trims)

    def __call__(self, value: object) -> object:
        """The shaped value, or ABSENT."""
        items = self._before(value)
        if not isinstance(items, list):
            return _apply(self.trims, items)
        return [shaped for _, item in items if (shaped := self._item(item)) is not ABSENT]

    def kept(self, value: object) -> list[int]:
        """For a value that becomes a list: which items of the raw list the new ones were."""
        items = self._before(value)
        if not isinstance(items, list):
            return []
        return [index for index, item in items if self._item(item) is not ABSENT]

    def lines_before(self, value: object) -> int:
        """How many lines of a raw text lie before the part that ``match`` cuts out."""
        match = self.pattern.search(value) if self.pattern is not None and isinstance(value, str) else None
        if match is None:
            return 0
        group = next((number for number, part in enumerate(match.groups(), 1) if part is not None), 0)
        return match.string.count("\n", 0, match.start(group))

    def _before(self, value: object) -> object:
        """The value; if it is or becomes a list, its items, each with the number of the raw item it was."""
        if self.match is not None and not isinstance(value, list):
            value = _apply((self.match,), value)
        if self.separator is not None and isinstance(value, str):
            value = _pieces(value, self.separator)
        if self.each is not None and value is not ABSENT and not isinstance(value, list):
            value = [value]
        if not isinstance(value, list):
            return value
        return [(index, piece) for index, item in enumerate(value) for piece in _pieces(item, self.item_separator)]

    def _item(self, item: object) -> object:
        return _apply(self.trims, _apply(self.each or (), item))


def _separator(spec: object, place: Place) -> str | None:
    wanted = spec.get("split") if isinstance(spec, Mapping) else None
    return None if wanted is None else place.at("split").text(wanted)


def _pieces(item: object, separator: str | None) -> list[object]:
    """What ``split`` makes of a text, or of the ``text`` of a list item; everything else stays whole."""
    text = item.get("text") if isinstance(item, dict) else item
    if separator is None or not isinstance(text, str):
        return [item]
    parts = [part.strip() for part in text.split(separator) if part.strip()]
    return [{**item, "text": part} for part in parts] if isinstance(item, dict) else list(parts)


def _apply(steps: tuple[Step, ...], value: object) -> object:
    """The steps on a scalar, or on the ``text`` of an object; other values pass unchanged."""
    if not steps or value is ABSENT:
        return value
    if isinstance(value, dict):
        text = _apply(steps, value["text"]) if isinstance(value.get("text"), str) else None
        return ABSENT if text is ABSENT else value if text is None else {**value, "text": text}
    for step in steps:
        text = text_of(value)
        if text is None:
            return value
        value = step(text)
    return value


def cut(match: re.Match[str]) -> str:
    """The first group that took part, else the whole match."""
    return next((group for group in match.groups() if group is not None), match.group())


def _match(spec: Mapping[str, object], place: Place) -> Step | None:
    if spec.get("else", "keep") != "keep":
        raise place.at("else").unknown("word", spec["else"], ["keep"])
    if spec.get("match") is None:
        if "else" in spec:
            raise place.at("else").error("goes with match")
        return None
    pattern, keep = place.at("match").regex(spec["match"]), "else" in spec

    def step(text: str) -> object:
        match = pattern.search(text)
        return cut(match) if match else text if keep else ABSENT

    return step


def _trims(spec: Mapping[str, object], place: Place) -> tuple[Step, ...]:
    steps: list[Step] = []
    if spec.get("strip") is not None:
        signs = place.at("strip").text(spec["strip"])
        steps.append(lambda text: text.strip(signs))
    if spec.get("drop") is not None:
        steps.append(_drop(spec["drop"], place.at("drop")))
    if spec.get("lower"):
        steps.append(str.lower)
    if spec.get("first_word"):
        steps.append(lambda text: match.group() if (match := _WORD.search(text)) else "")
    if spec.get("values") is not None:
        steps.append(_values(place.at("values").mapping(spec["values"])))
    return tuple(steps)


def _drop(spec: object, place: Place) -> Step:
    patterns = [place.regex(text, re.IGNORECASE) for text in place.texts(spec)]

    def step(text: str) -> object:
        bare = text.strip()
        return ABSENT if any(pattern.fullmatch(bare) for pattern in patterns) else text

    return step


def _values(spec: Mapping[str, object]) -> Step:
    """Whole values in any case; null stands for absent."""
    table = {str(text_of(key) if key is not None else "").strip().casefold(): value for key, value in spec.items()}

    def step(text: str) -> object:
        value = table.get(text.strip().casefold(), text)
        return ABSENT if value is None else value

    return step
