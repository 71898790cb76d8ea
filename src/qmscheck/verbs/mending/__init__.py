"""The story of ``qmscheck fix``: repairs that cannot change what a record says, as changes to lines of its file.

Three kinds: a date in a spelling that can be read in one way only, a word of a list spelt otherwise, and a missing key
as a placeholder that still fails. What could be read in two ways is left alone, and told. Each repair is proved: the
file is read again with it, and must say the same as before but for what was repaired.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from qmscheck import app, plugins
from qmscheck.collect import Tree
from qmscheck.config import Config
from qmscheck.drafting import gaps
from qmscheck.model import FieldPath, Outcome, Source, Unreadable
from qmscheck.reading import Reading
from qmscheck.schema import RecordType
from qmscheck.verbs.mending.bench import Bench, Mended

__all__ = ["Mended", "mend"]

_MOST_ROUNDS = 10


class _Drafts(Tree):
    """The work tree with some files as they are going to be."""

    def __init__(self, root: Path, mended: Mapping[str, Mended]) -> None:
        super().__init__(root)
        self._mended = mended

    def source(self, path: str) -> Source | Unreadable:
        """The bytes of a file with what was repaired in it so far."""
        one = self._mended.get(path)
        return Source(path, one.after.encode("utf-8")) if one and one.after != one.before else super().source(path)


def mend(config: Config, paths: tuple[str, ...] = (), as_of: str | None = None) -> list[Mended]:
    """Every file that can be repaired, with its new text, or needs somebody to do so. Writes nothing.

    A repair may make rules ask for more, so that it is looked again until there is nothing left to repair.
    """
    loaded = plugins.load(config.disabled_plugins)
    knowledge = app.knowledge_of(config, loaded, examples=False)
    mended: dict[str, Mended] = {}
    for _ in range(_MOST_ROUNDS):
        tree = _Drafts(config.root, mended)
        named = tree.named(paths) if paths else None
        reading = Reading(config=config, knowledge=knowledge, plugins=loaded, tree=tree, named=named)
        before = {path: one.after for path, one in mended.items()}
        _round(reading, mended, _missing(config, tree, knowledge.types, paths, as_of))
        if all(before.get(path, one.before) == one.after for path, one in mended.items()):
            break
    return [one for one in mended.values() if one.after != one.before or one.left]


def _round(reading: Reading, mended: dict[str, Mended], missing: Mapping[str, Mapping[FieldPath, str]]) -> None:
    """Repair every file once; what is left for people is told anew."""
    for one in mended.values():
        one.left = one.left if one.closed else []
    for collection in reading.collections():
        for item in reading.tree.sources(collection, reading.named) if collection.collector is None else ():
            if not isinstance(item, Unreadable):
                one = mended.setdefault(item.path, _opened(item))
                if not one.closed:
                    bench = Bench(one, reading, collection)
                    bench.spell()
                    bench.complete(missing)


def _opened(source: Source) -> Mended:
    """A file as text that can be written back byte for byte; with a remark where it cannot."""
    try:
        text = source.content.decode("utf-8")
    except UnicodeDecodeError:
        left = [f"{source.path}: no UTF-8; nothing is repaired in it"]
        return Mended(path=source.path, before="", after="", left=left, closed=True)
    return Mended(path=source.path, before=text, after=text)


def _missing(
    config: Config, tree: Tree, types: Mapping[str, RecordType], paths: tuple[str, ...], as_of: str | None
) -> Mapping[str, dict[FieldPath, str]]:
    """For each record the fields that rules miss, and which rule; none that lies within another one."""
    report = app.run(config, app.Wishes(paths=paths, as_of=as_of, provenance=False), tree=tree)
    found: dict[str, dict[FieldPath, str]] = defaultdict(dict)
    for result in report.of(Outcome.FAIL):
        record = result.record
        for problem in result.problems if record is not None else ():
            if record is not None and problem.path and record.type in types:
                for path in gaps(problem.path, record.fields, types[record.type]):
                    found[record.subject].setdefault(path, result.rule.id)
    return {subject: _outermost(keys) for subject, keys in found.items()}


def _outermost(keys: Mapping[FieldPath, str]) -> dict[FieldPath, str]:
    return {path: rule for path, rule in keys.items() if not any(path[:size] in keys for size in range(len(path)))}
