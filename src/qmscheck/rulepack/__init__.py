"""Packs: folders of knowledge, read into record types, rules, layouts, controls, standards and settings.

A pack is shaped like the built-in one (``rules/``): ``record-types/``, ``layouts/``, ``profiles/``, ``standards/``,
``controls.yaml``, ``settings.yaml``, ``pack.yaml``, and any other folder holds rule files. Later packs add; none may
redefine what an earlier one has.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from qmscheck.definitions import Definition
from qmscheck.definitions import load as load_definition
from qmscheck.errors import RuleDefinitionError
from qmscheck.knowledge import Control, Demand, Knowledge, Profile
from qmscheck.model import FieldPath, Grade
from qmscheck.pack_index import PackIndex
from qmscheck.rulepack.parts import mapping, once, twice
from qmscheck.rulepack.rules import add_rule
from qmscheck.rulepack.types import add_type
from qmscheck.standards import check_types, standard_of, words

_NOT_RULES = frozenset({"record-types", "layouts", "metrics", "profiles", "standards"})
_ENVELOPE = "_envelope.yaml"
PACK_FILE = "pack.yaml"
"""What a pack is and what it asks of whoever uses it."""


def builtin_pack() -> Path:
    """The pack that comes with qmscheck: inside the wheel, or ``rules/`` of the checkout for editable installs."""
    packaged = Path(__file__).parents[1] / "rules"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "rules"


def load_packs(
    packs: Iterable[tuple[str, Path]], record_types: frozenset[str] | None = None, *, examples: bool = True
) -> Knowledge:
    """Read packs in order; ``packs`` are (shown name, folder).

    ``record_types`` limits the rule folders that are read to those of these types (and ``any``); without ``examples``
    the rules have none: they are most of what is read, and nothing is judged by them.
    """
    folders = list(packs)
    knowledge = Knowledge(packs=folders)
    home = builtin_pack()
    index = PackIndex(home, without="" if examples else "examples")
    load = partial(load_definition, index=index)
    editions: list[Definition] = []
    for shown, folder in folders:
        if not folder.is_dir():
            raise RuleDefinitionError(f"rule pack {shown!r} is not a folder")
        found = list(_load_standards(load, knowledge, shown, folder))
        editions += [] if folder == home else found
        _add_demand(load, knowledge, shown, folder)
    envelope = _envelope(load, folders)
    unproven: list[Definition] = []
    for shown, folder in folders:
        types = _load_shapes(load, knowledge, shown, folder, envelope)
        unproven += [] if folder == home else types
    for edition in editions:
        check_types(edition, knowledge.types)
    if unproven:
        _require_sound(unproven, knowledge)
    for shown, folder in folders:
        proven = folder == home
        for definition in _rule_files(load, folder, shown, record_types):
            add_rule(knowledge, definition, shown, proven=proven, examples=examples)
    index.save()
    return knowledge


def beside(packs: Iterable[tuple[str, Path]], folder: Path) -> list[tuple[str, Path]]:
    """The packs but for those of which a folder is another copy: the source of an installed plugin, of equal names."""
    own = _names(folder)
    return [(shown, other) for shown, other in packs if own.isdisjoint(_names(other))]


def _names(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.glob("*/*.yaml")}


def _require_sound(definitions: Iterable[Definition], knowledge: Knowledge) -> None:
    from qmscheck.rulepack.soundness import require_sound  # noqa: PLC0415 - most runs have no record types of their own

    for definition in definitions:
        require_sound(definition, knowledge.types)


Load = Callable[[str, str, str], Definition]
"""From a file, the path to show and the name of its schema to a definition."""


def _files(folder: Path, kind: str, shown: str) -> Iterator[tuple[str, str]]:
    """The YAML files of one room of a pack, and how each is shown."""
    room = f"{folder}{os.sep}{kind}"
    for name in sorted(os.listdir(room)) if os.path.isdir(room) else ():  # noqa: PTH112, PTH208 - a third of the time
        if name.endswith(".yaml"):
            yield f"{room}{os.sep}{name}", f"{shown}/{kind}/{name}"


def _rule_files(load: Load, folder: Path, shown: str, record_types: frozenset[str] | None) -> Iterator[Definition]:
    with os.scandir(folder) as entries:
        rooms = sorted(entry.name for entry in entries if entry.is_dir() and entry.name not in _NOT_RULES)
    for room in rooms:
        if record_types is None or room == "any" or room in record_types:
            for file, name in _files(folder, room, shown):
                yield load(file, name, "rule")


def _load_shapes(
    load: Load, knowledge: Knowledge, shown: str, folder: Path, envelope: Mapping[str, object]
) -> list[Definition]:
    """Record types, layouts and profiles of one pack; answers with the definitions of its record types."""
    files = _files(folder, "record-types", shown)
    types = [load(file, name, "record-type") for file, name in files if not file.endswith(f"{os.sep}{_ENVELOPE}")]
    for definition in types:
        add_type(knowledge, definition, envelope)
    for file, name in _files(folder, "layouts", shown):
        _add_layout(knowledge, load(file, name, "layout"))
    for file, name in _files(folder, "profiles", shown):
        _add_profile(knowledge, load(file, name, "profile"))
    return types


def _load_standards(load: Load, knowledge: Knowledge, shown: str, folder: Path) -> Iterator[Definition]:
    for file, name in _files(folder, "standards", shown):
        definition = load(file, name, "standard")
        standard = standard_of(definition, knowledge.standards)
        once(knowledge, "standard", standard.id, definition, ("standard",))
        knowledge.standards[standard.id] = standard
        yield definition
    for name in ("controls", "settings"):
        if (folder / f"{name}.yaml").is_file():
            definition = load(str(folder / f"{name}.yaml"), f"{shown}/{name}.yaml", name)
            (_add_controls if name == "controls" else _add_settings)(knowledge, definition)


def _add_demand(load: Load, knowledge: Knowledge, shown: str, folder: Path) -> None:
    if (folder / PACK_FILE).is_file():
        definition = load(str(folder / PACK_FILE), f"{shown}/{PACK_FILE}", "pack")
        asked = mapping(definition.data, "requires")
        knowledge.demands.append(Demand(pack=str(definition.data["pack"]), words=asked, locate=definition.locate))


def _add_controls(knowledge: Knowledge, definition: Definition) -> None:
    """New controls; or, for a control that an earlier pack has, its clauses in further editions."""
    controls: Mapping[str, Mapping[str, object]] = definition.data["controls"]  # type: ignore[assignment]
    for name, data in controls.items():
        clauses = {standard: words(numbers) for standard, numbers in mapping(data, "clauses").items()}
        for standard, numbers in clauses.items():
            _known_clauses(knowledge, definition, ("controls", name, "clauses", standard), numbers)
        known = knowledge.controls.get(name)
        if known is not None:
            if "subject" in data or clauses.keys() & known.clauses.keys():
                raise twice(knowledge, "control", name, definition, ("controls", name))
            knowledge.controls[name] = replace(known, clauses={**known.clauses, **clauses})
            continue
        if "subject" not in data:
            raise definition.wrong(f"control {name!r} needs a subject", ("controls", name))
        once(knowledge, "control", name, definition)
        knowledge.controls[name] = Control(
            id=name,
            subject=str(data["subject"]),
            relation=str(data.get("relation", "")),
            caveat=str(data.get("caveat", "")),
            clauses=clauses,
        )


def _known_clauses(knowledge: Knowledge, definition: Definition, at: FieldPath, numbers: tuple[str, ...]) -> None:
    standard = str(at[-1])
    known = knowledge.standards.get(standard)
    if known is None:
        raise definition.wrong(f"unknown standard {standard!r}", at)
    for number in numbers:
        if number not in known.clauses:
            raise definition.wrong(f"{standard} has no clause {number}", at)


def _add_settings(knowledge: Knowledge, definition: Definition) -> None:
    settings: Mapping[str, Mapping[str, object]] = definition.data["settings"]  # type: ignore[assignment]
    for name, data in settings.items():
        once(knowledge, "setting", name, definition, ("settings", name))
        knowledge.settings[name] = data["value"]
        knowledge.setting_notes[name] = str(data.get("description", ""))


def _envelope(load: Load, folders: Iterable[tuple[str, Path]]) -> Mapping[str, object]:
    for shown, folder in folders:
        file = folder / "record-types" / _ENVELOPE
        if file.is_file():
            return load(str(file), f"{shown}/record-types/{_ENVELOPE}", "envelope").data
    return {}


def _add_layout(knowledge: Knowledge, definition: Definition) -> None:
    name = str(definition.data["layout"])
    once(knowledge, "layout", name, definition, ("layout",))
    knowledge.layouts[name] = definition.data


def _add_profile(knowledge: Knowledge, definition: Definition) -> None:
    data = definition.data
    name = str(data["profile"])
    once(knowledge, "profile", name, definition, ("profile",))
    knowledge.profiles[name] = Profile(
        name=name,
        title=str(data["title"]),
        description=str(data.get("description", "")).strip(),
        select=words(data.get("select")),
        ignore=words(data.get("ignore")),
        fail_on=Grade(str(data["fail_on"])) if "fail_on" in data else None,
        on_unknown=str(data["on_unknown"]) if "on_unknown" in data else None,
        enforced=data.get("enforced") is not False,
        history=data.get("history") is True,
        baseline=data.get("baseline") is not False,
    )
