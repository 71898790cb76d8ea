"""Where the files of this commit can be seen, as the CI server says."""

from __future__ import annotations

from collections.abc import Mapping

from qmscheck.patterns import pattern

_ADDRESS = pattern(r"https?://[^\s()<>\"\\]+")


def links(environment: Mapping[str, str], commit: str | None) -> str:
    """The address that a path from the top of the repository is appended to; empty where nobody says it."""
    server, repository = environment.get("GITHUB_SERVER_URL", ""), environment.get("GITHUB_REPOSITORY", "")
    project = environment.get("CI_PROJECT_URL", "")
    if server and repository:
        address = f"{server}/{repository}/blob/{commit or environment.get('GITHUB_SHA', '')}/"
    elif project:
        address = f"{project}/-/blob/{commit or environment.get('CI_COMMIT_SHA', '')}/"
    else:
        return ""
    return address if _ADDRESS.fullmatch(address) and not address.endswith("//") else ""
