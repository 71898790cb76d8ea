from __future__ import annotations

import json
from pathlib import Path

import pytest

from qmscheck.cli import ExitCode, record_views, terminal
from qmscheck.cli import records as verb


def test_json_has_fields_and_origins(run, tree: Path) -> None:
    (tree / "changes/2.yaml").write_bytes(b"a: [")
    found = json.loads(run("records", "--format", "json").stdout)
    (record,) = found["records"]
    assert (record["collection"], record["type"], record["id"]) == ("changes", "change", "CHG-2026-0001")
    assert (record["path"], record["index"]) == ("changes/1.yaml", 0)
    assert record["fields"]["status"] == "implemented"
    assert record["origins"]["/status"] == {"path": "changes/1.yaml", "line": 3, "column": 1, "via": "key status"}
    assert record["origins"]["/approvals/0/at"]["line"] == 7
    (unreadable,) = found["unreadable"]
    assert unreadable["path"] == "changes/2.yaml"
    assert unreadable["reason"]


@pytest.mark.usefixtures("tree")
def test_json_of_some_fields(run) -> None:
    (record,) = json.loads(run("records", "--format", "json", "--fields", "status,approvals").stdout)["records"]
    assert list(record["fields"]) == ["status", "approvals"]
    assert {name.split("/")[1] for name in record["origins"]} == {"status", "approvals"}


def test_json_of_nothing_is_json(run, tree: Path) -> None:
    (tree / "changes/1.yaml").unlink()
    result = run("records", "--format", "json")
    assert json.loads(result.stdout) == {"records": [], "unreadable": []}
    assert result.exit_code == ExitCode.NOTHING_TO_CHECK


def test_pipes_get_columns(run, tree: Path) -> None:
    (tree / "changes/2.yaml").write_bytes(b"\x00")
    result = run("records", "--fields", "status,owner")
    assert result.stdout == "changes\tCHG-2026-0001\tchanges/1.yaml:1\timplemented\t\n"
    assert "not read: changes/2.yaml" in result.stderr
    lines = run("records").stdout.splitlines()
    assert "changes\tCHG-2026-0001\tstatus\timplemented\tchanges/1.yaml:3:1\tkey status" in lines


@pytest.mark.parametrize("fields", [(), ("--fields", "status,title")])
def test_terminals_get_tables(run, tree: Path, monkeypatch: pytest.MonkeyPatch, fields: tuple[str, ...]) -> None:
    (tree / "changes/2.yaml").write_text('id: X\ntitle: "\\e[31m [bold] \\t"\n')
    (tree / "changes/3.yaml").write_bytes(b"\x00")
    monkeypatch.setattr(verb.sys, "stdout", Terminal(verb.sys.stdout), raising=False)
    shown: list[object] = []
    monkeypatch.setattr(
        record_views,
        "as_columns",
        lambda items, names: shown.append(1) or record_views.on_terminal(items, names, color=False, width=90),
    )
    result = run("records", *fields)
    assert shown
    assert "CHG-2026-0001" in result.stdout
    assert r"\x1b[31m [bold] \t" in result.stdout
    assert "\x1b" not in result.stdout
    assert "2 records, 1 not read" in result.stdout


class Terminal:
    def __init__(self, stream: object) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--collection", "chnges"), "unknown collection 'chnges'; did you mean 'changes'?"),
        (("--type", "chang"), "unknown record type 'chang'; did you mean 'change'"),
        (("--fields", "stats"), "unknown field 'stats'; did you mean 'status'"),
        (("nowhere",), "does not exist"),
    ],
)
@pytest.mark.usefixtures("tree")
def test_mistakes(run, arguments: tuple[str, ...], said: str) -> None:
    result = run("records", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


@pytest.mark.usefixtures("tree")
def test_selection(run) -> None:
    assert run("records", "--type", "incident").exit_code == ExitCode.NOTHING_TO_CHECK
    assert run("records", "--collection", "changes", "changes/1.yaml").exit_code == 0
    assert terminal.width() <= 120
