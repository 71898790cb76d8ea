"""How git is called: neither the repository's settings nor its data decide what runs.

No hook, pager, external diff or file-system monitor of the repository's own configuration is started, nothing is
fetched, replace refs and grafts are not looked at.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

FILL = "clone without a filter, or run `git fetch --refetch --no-filter`"
NO_GIT = "git is not installed; install it to read the history"
NO_REPOSITORY = "this is not a git repository; keep the records in git to have a history"

ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # older gits know no GIT_NO_LAZY_FETCH
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "GIT_FLUSH": "0",  # not one write a commit
    "GIT_LITERAL_PATHSPECS": "0",
    "LC_ALL": "C",
}
SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "diff.external": "",
    "diff.renames": "false",
    "log.showRoot": "true",
    "log.showSignature": "false",
    "log.follow": "false",
    "core.quotePath": "false",
    "diff.orderFile": os.devnull,
    "advice.graftFileDeprecated": "false",
    "gpg.program": "gpg",
    "gpg.openpgp.program": "gpg",
    "gpg.x509.program": "gpgsm",
    "gpg.ssh.program": "ssh-keygen",
    "gpg.ssh.defaultKeyCommand": "",
    "gpg.ssh.allowedSignersFile": os.devnull,
    "gpg.ssh.revocationFile": "",
    "gpg.minTrustLevel": "undefined",
}


FILTERS = r"^filter\..*\.(clean|process)$"
"""Settings that name programs which git starts to compare files."""
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX")
"""What git tells its hooks of the repository; it is found from the folder instead."""


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """That of a process of git, which finds the repository from where it runs; ``settings`` come on top of ours."""
    own = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    return {**own, **ENVIRONMENT, **as_environment({**SETTINGS, **settings})}


def filters_off(names: Iterable[str]) -> dict[str, str]:
    """Settings under which no filter program is started, from the names of those in `FILTERS`."""
    off = {name: "" for name in names if name}
    return off | {name.rpartition(".")[0] + ".required": "false" for name in off}


def as_environment(settings: dict[str, str]) -> dict[str, str]:
    """Settings as environment variables, behind those that the caller's environment already has."""
    first = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    told = {"GIT_CONFIG_COUNT": str(first + len(settings))}
    for number, (key, value) in enumerate(settings.items(), start=first):
        told[f"GIT_CONFIG_KEY_{number}"] = key
        told[f"GIT_CONFIG_VALUE_{number}"] = value
    return told
