"""What the history of a folder is known by: as long as this is the same, git would say the same again."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import git

from qmscheck.calendars import Untold
from qmscheck.history.gateway import FORMATTING, MAILMAP, open_repository, prefix_of, require_whole, top_file

_OF_INFLUENCE = r"^(mailmap|trailer|i18n|core\.(commentchar|commentstring))(\.|$)"


def identity(root: Path, revision: str, names_from: str = "") -> tuple[str, str]:
    """The place of the history, and a digest of all that it says; raises ``Untold`` where there is none.

    The digest is empty where nobody can tell: the names of people then come from a mailmap somewhere else. They, and
    the list of commits that only format, may be those of the commit ``names_from``.
    """
    with open_repository(root) as repository:
        require_whole(repository)
        place = f"{os.path.realpath(repository.common_dir)}\n{os.fsdecode(prefix_of(repository, root))}"
        settings = _settings(repository)
        if "mailmap" in settings and not names_from:
            return place, ""
        try:
            commit = str(repository.git.rev_parse("--verify", "--end-of-options", f"{revision}^{{commit}}"))
        except git.GitError as error:
            raise Untold(f"git cannot tell which commit {revision} is ({error})") from None
        told = [commit.encode(), settings.encode("utf-8", "surrogateescape")]
        told += [top_file(repository, name, names_from) for name in (MAILMAP, FORMATTING)]
        return place, hashlib.sha256(b"\0".join(hashlib.sha256(one).digest() for one in told)).hexdigest()


def _settings(repository: git.Repo) -> str:
    try:
        return str(repository.git.config("--get-regexp", _OF_INFLUENCE))
    except git.GitCommandError:
        return ""
