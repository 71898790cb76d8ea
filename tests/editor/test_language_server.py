"""The written schemas, used by a real YAML language server: keys are completed and explained, mistakes are marked.

Needs ``yaml-language-server`` (npm) on the path, or in ``$QMSCHECK_YAML_LANGUAGE_SERVER``; skipped where there is none.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from pathlib import Path
from queue import Empty, Queue

import pytest
from click.testing import CliRunner

from qmscheck.cli import program

SERVER = os.environ.get("QMSCHECK_YAML_LANGUAGE_SERVER") or shutil.which("yaml-language-server")
pytestmark = pytest.mark.skipif(SERVER is None, reason="no yaml-language-server: npm install yaml-language-server")
HEAD = "# yaml-language-server: $schema={schema}\n"


class Server:
    """A language server at the other end of a pipe, spoken to as an editor does."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.process = subprocess.Popen(
            [SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root
        )
        self.told: Queue[dict] = Queue()
        self.listening = threading.Thread(target=self._listen, daemon=True)
        self.listening.start()
        self.count = 0
        what = {"hover": {"contentFormat": ["markdown"]}, "completion": {}, "publishDiagnostics": {}}
        self.ask("initialize", processId=None, rootUri=root.as_uri(), capabilities={"textDocument": what})
        self.say("initialized")
        settings = {"yaml": {"hover": True, "completion": True, "validate": True, "schemaStore": {"enable": False}}}
        self.say("workspace/didChangeConfiguration", settings=settings)

    def _listen(self) -> None:
        stream = self.process.stdout
        while line := stream.readline():
            length = 0
            while line.strip():
                name, _, value = line.decode().partition(":")
                length = int(value) if name.lower() == "content-length" else length
                line = stream.readline()
            message = json.loads(stream.read(length))
            if "method" in message and "id" in message:  # it asks for its settings; it may go on with those it has
                self._send({"id": message["id"], "result": [None] if "configuration" in message["method"] else None})
            else:
                self.told.put(message)

    def _send(self, message: dict) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self.process.stdin.flush()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.listening.join()
        self.process.stdin.close()
        self.process.stdout.close()

    def say(self, method: str, **what: object) -> None:
        self._send({"method": method, "params": what})

    def ask(self, method: str, **what: object) -> object:
        self.count += 1
        self._send({"id": self.count, "method": method, "params": what})
        return self.wait(lambda told: told.get("id") == self.count)["result"]

    def wait(self, meant) -> dict:
        try:
            while not meant(told := self.told.get(timeout=60)):
                pass
        except Empty:
            raise AssertionError("the language server does not answer") from None
        return told

    def open(self, name: str, text: str) -> dict:
        file = self.root / name
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self.say("textDocument/didOpen", textDocument=document)
        return {"uri": file.as_uri()}

    def mistakes(self, document: dict) -> list[str]:
        told = self.wait(
            lambda told: (
                told.get("method") == "textDocument/publishDiagnostics" and told["params"]["uri"] == document["uri"]
            )
        )
        return [one["message"] for one in told["params"]["diagnostics"]]

    def labels(self, document: dict, line: int, character: int) -> set[str]:
        place = {"line": line, "character": character}
        found = self.ask("textDocument/completion", textDocument=document, position=place)
        return {one["label"] for one in (found["items"] if isinstance(found, dict) else found)}

    def hover(self, document: dict, line: int, character: int) -> str:
        place = {"line": line, "character": character}
        found = self.ask("textDocument/hover", textDocument=document, position=place)
        return json.dumps(found, ensure_ascii=False)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    root = tmp_path_factory.mktemp("editor")
    done = CliRunner().invoke(program, ["schema", "--write", str(root / "schemas")])
    assert done.exit_code == 0, done.output
    one = Server(root)
    yield one
    one.close()


def test_keys_of_the_configuration_are_completed(server):
    text = HEAD.format(schema="schemas/config.json") + "version: 1\n\n"
    document = server.open("complete.yaml", text)
    assert {"standards", "adoption_date", "collections", "packs"} <= server.labels(document, 2, 0)


def test_words_of_a_list_are_completed(server):
    document = server.open("words.yaml", HEAD.format(schema="schemas/config.json") + "version: 1\nfail_on: \n")
    assert {"major", "minor", "observation"} <= server.labels(document, 2, 9)


def test_keys_are_explained(server):
    document = server.open("hover.yaml", HEAD.format(schema="schemas/config.json") + "version: 1\non_unknown: fail\n")
    assert "a rule that cannot tell" in server.hover(document, 2, 3)


@pytest.mark.parametrize(
    ("schema", "text", "word"),
    [
        ("config", "version: 1\nstandarts: []\n", "standarts"),
        ("config", "version: 1\nfail_on: everything\n", "major"),
        ("change", "id: CHG-2026-0001\nchange_type: big\n", "normal"),
        ("rule", "id: ACME001\ngrade: huge\n", "major"),
        ("people", "people:\n  - {name: Ann}\n", "key"),
    ],
)
def test_mistakes_are_marked(server, schema, text, word):
    document = server.open(f"wrong-{word}.yaml", HEAD.format(schema=f"schemas/{schema}.json") + text)
    assert any(word in mistake for mistake in server.mistakes(document))


@pytest.mark.parametrize(
    ("schema", "text", "line", "explained"),
    [
        ("change", "id: CHG-2026-0001\nchange_type: normal\n", 2, "standard"),
        ("rule", "id: ACME001\nexpect: true\n", 2, "CEL"),
        ("people", "people:\n  ann: {emails: [ann@example.org]}\n", 2, "git"),
        ("record-type", "type: drill\nlifecycle: {}\n", 2, "states"),
        ("layout", "layout: drill\nsplit: rows\n", 2, "How a file becomes records"),
        ("pack", "pack: acme\nrequires: {}\n", 2, "loosest"),
    ],
)
def test_records_rules_people_and_packs_are_explained(server, schema, text, line, explained):
    document = server.open(f"hover-{schema}.yaml", HEAD.format(schema=f"schemas/{schema}.json") + text)
    at = text.splitlines()[line - 1].find("emails")
    assert explained in server.hover(document, line, max(at, 0) + 1)


def test_the_provider_has_no_mistakes(server):
    provider = Path(__file__).parents[2] / "examples" / "provider"
    change = next(iter(sorted((provider / "changes").glob("*.yaml"))))
    for schema, file in (
        ("config", provider / "qmscheck.yaml"),
        ("change", change),
        ("people", provider / "people.yaml"),
    ):
        document = server.open(
            f"sound-{schema}.yaml", HEAD.format(schema=f"schemas/{schema}.json") + file.read_text("utf-8")
        )
        assert server.mistakes(document) == []
