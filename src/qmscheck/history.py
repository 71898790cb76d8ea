"""Facts from git. The only module that imports git; it knows when it cannot know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import git

from qmscheck.calendars import Untold

_HARDENED = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
_SEPARATOR = "\x1f"
_TAG_FIELDS = (
    "%(refname:strip=2)",
    "%(objecttype)",
    "%(creatordate:iso-strict)",
    "%(*committerdate:iso-strict)",
    "%(committerdate:iso-strict)",
    "%(*objectname)",
    "%(objectname)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the work tree stands."""

    commit: str | None
    dirty: bool | None
    shallow: bool


def _open(root: Path) -> git.Repo:
    try:
        repository = git.Repo(root, search_parent_directories=True)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError):
        raise Untold("this is not a git repository") from None
    except git.GitCommandNotFound:
        raise Untold("git is not installed") from None
    repository.git.update_environment(**_HARDENED)
    return repository


def head(root: Path) -> Head | None:
    """The commit of the work tree; None outside a repository."""
    try:
        with _open(root) as repository:
            shallow = (Path(repository.common_dir) / "shallow").exists()
            if not repository.head.is_valid():
                return Head(commit=None, dirty=None, shallow=shallow)
            dirty = bool(repository.git.status("--porcelain", "--untracked-files=no"))
            return Head(commit=repository.head.commit.hexsha, dirty=dirty, shallow=shallow)
    except (Untold, git.GitError, ValueError):
        return None


def tags(root: Path) -> Iterator[dict[str, object]]:
    """Every tag as a raw record: name, kind, tagged_on (a lightweight tag's commit date), commit_date, commit.

    Raises ``Untold`` where git cannot tell: no repository, git missing, or a shallow clone without any tag.
    """
    with _open(root) as repository:
        try:
            listing = repository.git.for_each_ref("refs/tags", format=_SEPARATOR.join(_TAG_FIELDS))
        except git.GitError as error:
            raise Untold(f"git cannot list tags: {error}") from None
        shallow = (Path(repository.common_dir) / "shallow").exists()
    if not listing and shallow:
        raise Untold("the clone is shallow and has no tags; fetch the whole history (fetch-depth: 0)")
    for line in listing.splitlines():
        name, kind, created, target_date, own_date, target, own = line.split(_SEPARATOR)
        yield {
            "name": name,
            "kind": "annotated" if kind == "tag" else "lightweight",
            "tagged_on": created,
            "commit_date": target_date or own_date,
            "commit": target or own,
        }
