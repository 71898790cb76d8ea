"""For those who write rules: build a repository, run one rule, assert that examples hold. Public and stable.

from qmscheck.testing import Repository, judged, wrong_examples

def test_team_is_named():
    [result] = judged("ACME001", {"type": "change", "id": "CHG-2026-0001"}, pack=PACK)
    assert result.outcome == "fail"

def test_examples():
    assert wrong_examples(PACK) == []

def test_whole_run(tmp_path):
    repository = Repository(tmp_path).write("qmscheck.yaml", CONFIG).write("changes/1.yaml", CHANGE)
    repository.commit("First change", by="Ada <ada@example.org>", on="2026-03-01T09:00:00Z")
    assert repository.check(as_of="2026-09-01").satisfied
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from qmscheck import app, config, plugins, rulepack
from qmscheck.errors import UsageError
from qmscheck.knowledge import Knowledge
from qmscheck.lives import Who
from qmscheck.model import Example, Outcome, Report, Result
from qmscheck.verbs import proving

__all__ = ["Repository", "judged", "wrong_examples"]

Fields = Mapping[str, object]

_NOBODY = "Test <test@example.org>"
_THEN = "2026-01-01T00:00:00Z"


def judged(
    rule: str,
    *records: Fields,
    pack: Path | None = None,
    related: Iterable[Fields] = (),
    as_of: str | None = None,
    settings: Fields | None = None,
    people: Iterable[Fields] = (),
) -> list[Result]:
    """The results of one rule on records in canonical form: one result a record, or one for the set.

    ``pack`` is a folder with rules of your own, read after the built-in ones and instead of an installed copy of it.
    ``related`` records stand beside those
    judged, ``people`` is the register, ``as_of`` the day (default 2026-09-01, the day of examples). Raises UsageError
    for a rule that there is not, RuleDefinitionError for a pack that cannot be read.
    """
    loaded, knowledge = _knowledge(pack)
    if rule not in knowledge.rules:
        raise UsageError(f"there is no rule {rule!r}")
    example = Example(
        record=records[0] if len(records) == 1 else {},
        records=None if len(records) == 1 else tuple(records),
        expected=Outcome.PASS,
        related=tuple(related),
        settings=settings or {},
        people=tuple(people),
        as_of=as_of,
    )
    return proving.judge_example(knowledge, loaded, knowledge.rules[rule], example)


def wrong_examples(pack: Path) -> list[str]:
    """A sentence for each example in a pack's rules that does not come out as its file says; empty when all hold."""
    loaded, knowledge = _knowledge(pack)
    rules = [rule for rule in knowledge.rules.values() if rule.pack == pack.name and not rule.proven]
    return [
        f"{proof.location}: {proof.rule.id} example {proof.number}: {proof.wrong}"
        for proof in proving.prove(knowledge, loaded, rules)
        if not proof.holds
    ]


class Repository:
    """A folder with records, and git when something is committed. Every step answers with the repository itself."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, text: str) -> Repository:
        """Write a file below the root; folders are made."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return self

    def remove(self, path: str) -> Repository:
        """Remove a file."""
        (self.root / path).unlink()
        return self

    def commit(self, message: str, *, by: str = _NOBODY, on: str = _THEN) -> Repository:
        """Commit everything, by a person (``Name <e-mail>``) at an instant (ISO 8601)."""
        if not (self.root / ".git").exists():
            self._git("init", "--quiet", "--initial-branch=main")
        who = Who.of(by)
        self._git("add", "--all")
        said = {
            **{f"GIT_{role}_NAME": who.name for role in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{role}_EMAIL": who.email for role in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{role}_DATE": on for role in ("AUTHOR", "COMMITTER")},
        }
        self._git("commit", "--quiet", "--allow-empty", "--no-gpg-sign", "--message", message, **said)
        return self

    def tag(self, name: str) -> Repository:
        """Tag the latest commit."""
        self._git("tag", "--no-sign", name)
        return self

    def stage(self) -> Repository:
        """Stage everything, removals too."""
        self._git("add", "--all")
        return self

    def check(
        self,
        *paths: str,
        as_of: str | None = None,
        select: Iterable[str] = (),
        changed_since: str | None = None,
        staged: bool = False,
    ) -> Report:
        """What ``qmscheck check`` finds. Raises ConfigError where there is no sound ``qmscheck.yaml``."""
        wishes = app.Wishes(
            paths=tuple(str(self.root / path) for path in paths),
            as_of=as_of,
            select=tuple(select),
            changed_since=changed_since,
            staged=staged,
        )
        return app.run(config.load(self.root), wishes)

    def _git(self, *words: str, **environment: str) -> None:
        plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_TERMINAL_PROMPT": "0"}
        hardened = ("-c", "core.hooksPath=", "-c", "commit.gpgSign=false")
        subprocess.run(  # noqa: S603 - the words are ours
            ["git", *hardened, *words],  # noqa: S607 - whichever git the tester uses
            cwd=self.root,
            env={**os.environ, **plain, **environment},
            check=True,
            capture_output=True,
        )


def _knowledge(pack: Path | None) -> tuple[plugins.Plugins, Knowledge]:
    loaded = plugins.load()
    own = [] if pack is None else [(pack.name, pack)]
    others = loaded.packs if pack is None else rulepack.beside(loaded.packs, pack)
    return loaded, rulepack.load_packs([("rules", rulepack.builtin_pack()), *others, *own])
