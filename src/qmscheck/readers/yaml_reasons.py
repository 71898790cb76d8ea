"""What is wrong with YAML text, in the words of somebody who keeps records and not parsers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yaml.error import MarkedYAMLError
from yaml.reader import ReaderError

from qmscheck.readers.refusal import Lines, Refusal, too_deep

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml import YAMLError

_SHOWN: Final = 40
_HIDDEN_BREAK: Final = re.compile("[\x85\u2028\u2029]")
_NOT_PRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def explain(error: YAMLError, text: str) -> Refusal:
    """The refusal that stands for an error of PyYAML, with the offset that the reader should look at."""
    if isinstance(error, ReaderError):
        return _control_character(text)
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Refusal(f"not valid YAML ({error})")
    at = error.problem_mark.index
    since = error.context_mark.index if error.context_mark is not None else at
    for mark in (at, since):
        hidden = _HIDDEN_BREAK.search(text, _line_start(text, mark), mark)
        if hidden is not None:
            reason = f"the invisible character U+{ord(hidden[0]):04X} ends the line here; remove it"
            return Refusal(reason, hidden.start())
    clue = f"{error.context}: {error.problem}"
    answer = next((answer for known, answer in _ANSWERS if known.search(clue)), None)
    return answer(text, at, since) if answer else Refusal(f"not valid YAML ({error.problem})", at)


def _control_character(text: str) -> Refusal:
    found = _NOT_PRINTABLE.search(text)
    if found is None:
        return Refusal("a character that YAML does not allow")
    return Refusal(f"the invisible character U+{ord(found[0]):04X} is not allowed here; remove it", found.start())


def _bad_start(text: str, at: int, _since: int) -> Refusal:
    character = text[at : at + 1]
    if character == "\t":
        return _tab(text, at, at)
    if not character:
        return Refusal(
            "the text ends where a value is expected; write it, and close every '[' and '{' that is open", at
        )
    return Refusal(f"a value cannot begin with '{character}'; put it in quotes", at)


def _tab(_text: str, at: int, _since: int) -> Refusal:
    return Refusal("a tab stands where blanks are expected; indent with blanks", at)


def _no_name(text: str, _at: int, since: int) -> Refusal:
    return Refusal(f"a value cannot begin with '{text[since : since + 1]}'; put it in quotes", since)


def _colon(text: str, at: int, _since: int) -> Refusal:
    """A colon where no key can stand: inside of a value, or after a key that is indented by accident."""
    line = _line_start(text, at)
    before = text[line:at]
    inner = re.search(r":\s", before)
    if inner is not None:
        return Refusal("the value holds ': ', which looks like another key; put the whole value in quotes", at)
    key = before.strip()
    if key[:1] in ("'", '"') or not before[:1].isspace():
        reason = "no 'key: value' can stand here; check quotes and indentation, and that the line above has a ': '"
        return Refusal(reason, line)
    return Refusal(f"'{key}' is indented more than the keys around it", line + len(before) - len(before.lstrip()))


def _no_colon(text: str, _at: int, since: int) -> Refusal:
    line = text[since:].partition("\n")[0].strip()
    shown = line if len(line) <= _SHOWN else line[:_SHOWN] + "…"
    return Refusal(f"a 'key: value' is expected, but there is no ': ' after a key in: {shown}", since)


def _unclosed_quote(text: str, _at: int, since: int) -> Refusal:
    return Refusal(f"the quotation mark {text[since : since + 1]} is opened here and never closed", since)


def _no_key(text: str, at: int, _since: int) -> Refusal:
    """Something else than a key in a mapping, most often what follows a value that was closed too early."""
    before = text[_line_start(text, at) : at].rstrip()[-1:]
    if before == "'":
        reason = "text goes on after the closing quotation mark; put the whole value in quotes, each ' inside doubled"
        return Refusal(reason, at)
    if before == '"':
        reason = 'text goes on after the closing quotation mark; put the whole value in quotes, each " inside as \\"'
        return Refusal(reason, at)
    if before in ("]", "}"):
        return Refusal(f"text goes on after the closing {before}; put the whole value in quotes", at)
    if text.startswith("- ", at):
        return Refusal("an item ('- ...') stands where a 'key: value' is expected; check the indentation", at)
    return Refusal("a 'key: value' is expected here; check indentation and quotes, here and on the line above", at)


def _no_dash(_text: str, at: int, _since: int) -> Refusal:
    return Refusal("an item ('- ...') of the list above is expected here; check the indentation", at)


def _bracket(text: str, at: int, since: int) -> Refusal:
    opened = text[since : since + 1]
    closing = "]" if opened == "[" else "}"
    above = text.count("\n", since, at)
    where = f" (opened {above} lines above)" if above > 1 else " (opened on the line above)" if above else ""
    return Refusal(f"a ',' or the '{closing}' that closes the '{opened}' is missing{where}; text goes in quotes", at)


def _dash(_text: str, at: int, _since: int) -> Refusal:
    return Refusal("an item of a list ('- ...') must begin on a line of its own", at)


def _escape(_text: str, at: int, _since: int) -> Refusal:
    reason = "a backslash in double quotes begins a special character; write \\\\ for it, or use single quotes"
    return Refusal(reason, at)


def _block_text(_text: str, at: int, _since: int) -> Refusal:
    return Refusal("text after '|' or '>' must begin on the next line; if it is one value, put it in quotes", at)


def _after_end(_text: str, at: int, _since: int) -> Refusal:
    return Refusal("text after the end of the YAML document ('...'); use one document per file", at)


def _nested(_text: str, at: int, _since: int) -> Refusal:
    return too_deep(at)  # newer parsers have a limit of their own, and may meet it first


def _version(_text: str, at: int, _since: int) -> Refusal:
    return Refusal("only YAML 1.1 and 1.2 can be read; remove the line '%YAML'", at)


def _directive(text: str, _at: int, since: int) -> Refusal:
    return _bad_start(text, since, since)


def _tag(_text: str, at: int, since: int) -> Refusal:
    return Refusal("a value cannot begin with '!', which would be a tag; put it in quotes", min(at, since))


def _line_start(text: str, offset: int) -> int:
    lines = Lines(text)
    return lines.starts[lines.place(offset)[0] - 1]


_ANSWERS: Final[tuple[tuple[re.Pattern[str], Callable[[str, int, int], Refusal]], ...]] = tuple(
    (re.compile(clue), answer)
    for clue, answer in (
        ("maximum nesting depth", _nested),
        ("scanning a directive", _directive),
        ("cannot start any token", _bad_start),
        ("node content", _bad_start),
        ("tab character", _tab),
        ("mapping values are not allowed", _colon),
        ("could not find expected ':'", _no_colon),
        ("escape|hexa?decimal", _escape),
        ("scanning a quoted scalar", _unclosed_quote),
        ("flow (sequence|mapping)", _bracket),
        ("document start", _after_end),
        ("sequence entries are not allowed", _dash),
        ("block collection", _no_dash),
        ("block mapping", _no_key),
        ("block scalar", _block_text),
        ("scanning an (alias|anchor)", _no_name),
        ("incompatible YAML", _version),
        ("tag", _tag),
    )
)
