"""Whether commits and tags are signed, and by whom, going by keys that the organisation named and by nothing else.

The repository's own settings decide neither which program looks at a signature nor which keys it trusts: OpenPGP keys
come from an exported keyring that is read into a folder of its own, SSH keys from a file of allowed signers.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import git

from qmscheck.calendars import Untold
from qmscheck.history.gateway import open_repository, stream, with_settings
from qmscheck.lives import Signature

_FORMAT = "--format=%H%x00%G?%x00%GS%x00%GK"
_STATES = {"G": "good", "U": "unknown", "B": "bad", "X": "expired", "Y": "expired", "R": "revoked", "E": "unknown"}
_SSH = "SHA256:"
_NOBODY_KNOWS = ("No principal matched", "public key", "cannot run")
"""What git says of a tag whose key was not named, or for whose signature the program is missing."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Whom to believe: a file of allowed signers (SSH) and a file of exported public keys (OpenPGP); None: nobody."""

    allowed_signers: Path | None = None
    keyring: Path | None = None


def of_commits(root: Path, commits: Iterable[str], keys: Keys) -> dict[str, Signature]:
    """What git says of the signatures of these commits. Raises ``Untold`` where it cannot."""
    with open_repository(root) as repository, believing(repository, keys):
        told = b"".join(
            stream(repository, "log", "--no-walk=unsorted", "--stdin", "--no-color", _FORMAT, lines=commits)
        )
    found = {}
    for line in told.decode("utf-8", "replace").splitlines():
        commit, state, signer, key = line.split("\0")
        found[commit] = Signature(_state(state, key), signer)
    return found


def of_tag(repository: git.Repo, name: str) -> str:
    """``good`` or what else git makes of a tag's signature, inside `believing`."""
    try:
        repository.git.verify_tag("--", name)
    except git.GitCommandError as error:
        return "unknown" if any(words in str(error.stderr) for words in _NOBODY_KNOWS) else "bad"
    return "good"


def _state(letter: str, key: str) -> str:
    if letter == "U" and not key.startswith(_SSH):
        return "good"  # every key of the keyring was named by the organisation
    return _STATES.get(letter, "none")


@contextmanager
def believing(repository: git.Repo, keys: Keys) -> Iterator[None]:
    """Git believes these keys and no others."""
    for file in (keys.allowed_signers, keys.keyring):
        if file is not None and not file.is_file():
            raise Untold(f"the file of keys {file.name} is not there")
    with tempfile.TemporaryDirectory(prefix="qmscheck-keys-") as home:
        if keys.keyring is not None:
            _imported(keys.keyring, home)
        signers = str(keys.allowed_signers) if keys.allowed_signers is not None else os.devnull
        with_settings(repository, {"gpg.ssh.allowedSignersFile": signers})
        with repository.git.custom_environment(GNUPGHOME=home):
            yield


def _imported(keyring: Path, home: str) -> None:
    command = ["gpg", "--batch", "--no-options", "--homedir", home, "--no-autostart", "--import", str(keyring)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - a fixed command, no shell
    except OSError:
        raise Untold("gpg is not installed; install it to have signatures looked at") from None
    if done.returncode:
        raise Untold(f"gpg cannot read the keyring {keyring.name}")
