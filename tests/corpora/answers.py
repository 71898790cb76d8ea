"""Questions of a corpus, answered the way a user would: through ``qmscheck check`` and ``qmscheck records``.

``questions.yaml`` beside the configuration of a corpus says for every question id how it is answered:

    overdue: {rule: DOC003, item: path}
    records: {records: pages, item: path, where: {fields.owner: {absent: true}}}

* ``rule`` (an id, or several) with ``outcome`` (default: fail), or ``records`` (a collection, or several; with
  ``unreadable: true`` what could not be read of it). ``collection`` narrows a rule's results.
* ``item``: what of each hit is compared with the expected items (default: path); a list gives an item for each of its
  parts. ``each`` makes a hit of every problem of a result. ``distinct: true``: equal items count once.
* ``where``: value -> condition; all must hold. A condition is a scalar (equal), a list (one of), ``{matches: regex}``,
  ``{absent: true}``, ``{present: true}``, ``{empty: true}`` (present, but nothing in it), or ``{not: condition}``.
* ``details``: a value, or name -> value, compared with ``details`` of the expected answer, item by item.
  ``{all: value}``: the list of that value over the hits of an item.
  ``details_from`` replaces keys of the question for that: details told by another rule. ``no_details``: a sentence that
  says why they are not compared.
* ``tally``: a value, counted over the hits, compared with ``details`` (``under``: with that entry of it).
* ``sum``: a value, summed over the hits, compared with ``count``; for answers without items.

A value is ``path``, ``id``, ``line``, ``subject``, ``reason``, ``fields.a.b``, ``problem.message``, ``problem.key``,
text with such in braces (``{path} :: {problem.key}``), or
``{of: value, match: regex, values: {from: to}, classify: {label: regex}, as: int|ints|number|count}``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from click.testing import CliRunner

from qmscheck.cli import program
from qmscheck.model import Source
from qmscheck.readers import read

HERE = Path(__file__).parent
AS_OF = "2026-09-01"

Hit = dict[str, object]


def questions_of(name: str) -> Mapping[str, Mapping[str, object]] | None:
    """How the questions of a corpus are answered; None when nobody has said yet."""
    file = HERE / name / "questions.yaml"
    if not file.is_file():
        return None
    return read(Source(file.name, file.read_bytes()), "yaml").data or {}


@cache
def _run(verb: str, root: Path, config: Path, *options: str) -> dict:
    arguments = [verb, "--config", str(config), "--root", str(root), "--format", "json", *options]
    done = CliRunner().invoke(program, arguments)
    assert done.exit_code in (0, 1, 3), f"qmscheck {' '.join(arguments)}\n{done.output}\n{done.stderr}"
    return json.loads(done.stdout)


def _records(root: Path, name: str) -> dict:
    return _run("records", root, HERE / name / "qmscheck.yaml")


def hits(question: Mapping[str, object], root: Path, name: str, as_of: str | None) -> Iterator[Hit]:
    """Everything that a question is about, with the values that items and conditions may ask for."""
    conditions = dict(question.get("where", {}))
    for hit in _of_rules(question, root, name, as_of) if "rule" in question else _of_records(question, root, name):
        if all(_holds(value(hit, of), condition) for of, condition in conditions.items()):
            yield hit


def _of_records(question: Mapping[str, object], root: Path, name: str) -> Iterator[Hit]:
    wanted = _several(question["records"])
    read_in = _records(root, name)
    known = {record["collection"] for record in read_in["records"]} | {
        one["collection"] for one in read_in["unreadable"]
    }
    assert known, f"nothing was read of {name}"
    kind = "unreadable" if question.get("unreadable") else "records"
    yield from (record for record in read_in[kind] if record["collection"] in wanted)


def _of_rules(question: Mapping[str, object], root: Path, name: str, as_of: str | None) -> Iterator[Hit]:
    report = _run("check", root, HERE / name / "qmscheck.yaml", "--as-of", as_of or AS_OF)
    rules, outcomes = _several(question["rule"]), _several(question.get("outcome", "fail"))
    known = {rule["id"] for rule in report["rules"]}
    assert set(rules) <= known, f"no rule {set(rules) - known} in this run"
    judged = {result["rule"] for result in report["results"] if result["outcome"] != "not_applicable"}
    assert set(rules) <= judged, f"{set(rules) - judged} judged nothing: that nothing was found means nothing"
    records = {(one["collection"], one["path"], one["id"]): one for one in _records(root, name)["records"]}
    for result in report["results"]:
        record = result["record"] or {}
        if result["rule"] not in rules or result["outcome"] not in outcomes:
            continue
        if "collection" in question and record.get("collection") not in _several(question["collection"]):
            continue
        full = records.get((record.get("collection"), record.get("path"), record.get("id")), {})
        hit = {
            **full,
            "path": record.get("path", result["subject"]),
            "subject": result["subject"],
            "reason": result["reason"],
        }
        problems = [{**problem, "path": ".".join(map(str, problem["path"]))} for problem in result["problems"]]
        yield from (
            {**hit, "problem": problem} for problem in (problems if question.get("each") else problems[:1] or [{}])
        )


def items(question: Mapping[str, object], found: list[Hit]) -> list[object]:
    """What is compared with the expected items."""
    values = [value(hit, question.get("item", "path")) for hit in found]
    flat = [part for one in values for part in (one if isinstance(one, list) else [one])]
    return list(dict.fromkeys(flat)) if question.get("distinct") else flat


def details(question: Mapping[str, object], found: list[Hit]) -> dict[object, object]:
    """Item -> its details."""
    wanted = question["details"]
    if isinstance(wanted, Mapping) and "all" in wanted:
        told: dict[object, list[object]] = {}
        for hit in found:
            told.setdefault(value(hit, question.get("item", "path")), []).append(value(hit, wanted["all"]))
        return dict(told)
    named = isinstance(wanted, Mapping) and "of" not in wanted
    return {
        value(hit, question.get("item", "path")): {key: value(hit, of) for key, of in wanted.items()}
        if named
        else value(hit, wanted)
        for hit in found
    }


def tally(question: Mapping[str, object], found: list[Hit]) -> dict[object, int]:
    """How often each value occurs."""
    return dict(Counter(value(hit, question["tally"]) for hit in found))


def value(hit: Hit, spec: object) -> object:
    """A value of a hit; None when it is absent."""
    if isinstance(spec, Mapping):
        return _shaped(value(hit, spec["of"]), spec)
    if not isinstance(spec, str):
        return spec
    if "{" in spec:
        return re.sub(r"\{([^}]*)\}", lambda match: str(value(hit, match[1])), spec)
    found: object = hit
    for step in spec.split("."):
        if isinstance(found, list):
            found = found[int(step)] if step.isdigit() and int(step) < len(found) else None
        else:
            found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _shaped(found: object, spec: Mapping[str, object]) -> object:
    if spec.get("as") == "count":
        return len(found) if isinstance(found, list) else 0
    text = "" if found is None else str(found)
    if "match" in spec:
        match = re.search(spec["match"], text)
        text = next((group for group in match.groups() if group is not None), match.group()) if match else ""
    if "classify" in spec:
        text = next((label for label, pattern in spec["classify"].items() if re.search(pattern, text)), text)
    result: object = spec.get("values", {}).get(text, text)
    if spec.get("as") == "ints":
        return [int(number) for number in re.findall(r"-?\d+", str(result))]
    if spec.get("as") == "number":
        return float(str(result))
    return int(result) if spec.get("as") == "int" and result != "" else result


def _holds(found: object, condition: object) -> bool:
    if isinstance(condition, list):
        return found in condition
    if not isinstance(condition, Mapping):
        return found == condition
    ((word, argument),) = condition.items()
    if word == "not":
        return not _holds(found, argument)
    if word == "matches":
        return found is not None and re.search(argument, str(found)) is not None
    there = {"absent": found is None, "present": found is not None, "empty": found in ("", [], {})}[word]
    return there is argument


def _several(word: object) -> list[str]:
    return word if isinstance(word, list) else [word]
