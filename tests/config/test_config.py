from __future__ import annotations

from pathlib import Path

import pytest

from qmscheck.config import defaults, load
from qmscheck.errors import ConfigError
from qmscheck.model import Grade, Location

WHOLE = """\
version: 1
standards: [iso9001:2015, iso20000-1:2018]
adoption_date: 2025-01-01
packs: [quality/rules]
select: [CHG, DOC003]
ignore: [CORE003]
fail_on: major
on_unknown: pass
people: people.yaml
placeholders: [TBD]
plugins: {disabled: [jira]}
settings: {document_review_grace: P30D}
collections:
  changes:
    type: change
    files: ["changes/**/*.yaml", "./more/*.yaml"]
    exclude: changes/old/**
    read: {yaml: 1.1}
    fields:
      title: {heading: title}
      owner: [maintainer, {label: {match: "Owner.*"}}]
    join:
      approval: {files: "approvals/*.yaml", key: {file: stem}, on: number}
    dates: DD/MM/YYYY
  tags: {type: tag, from: git-tags}
  log: {layout: keep-a-changelog}
"""


def write(folder: Path, text: str, name: str = "qmscheck.yaml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def mistake(folder: Path, text: str, name: str = "qmscheck.yaml") -> str:
    write(folder, text, name)
    with pytest.raises(ConfigError) as caught:
        load(folder)
    return str(caught.value)


def test_everything_arrives(tmp_path: Path) -> None:
    (tmp_path / "quality/rules").mkdir(parents=True)
    write(tmp_path, WHOLE)
    config = load(tmp_path)
    assert config.root == tmp_path
    assert config.path == "qmscheck.yaml"
    assert len(config.digest) == 64
    assert config.standards == ("iso9001:2015", "iso20000-1:2018")
    assert config.adoption_date == "2025-01-01"
    assert config.packs == (tmp_path / "quality/rules",)
    assert (config.select, config.ignore) == (("CHG", "DOC003"), ("CORE003",))
    assert (config.fail_on, config.on_unknown) == (Grade.MAJOR, "pass")
    assert config.people == "people.yaml"
    assert config.placeholders == ("TBD",)
    assert config.disabled_plugins == ("jira",)
    assert config.settings == {"document_review_grace": "P30D"}
    changes, tags, log = config.collections
    assert changes.files == ("changes/**/*.yaml", "more/*.yaml")
    assert changes.exclude == ("changes/old/**",)
    assert changes.read == {"yaml": "1.1"}
    assert changes.dates == ("DD/MM/YYYY",)
    assert changes.join["approval"]["on"] == "number"
    assert changes.location == Location("qmscheck.yaml", 14, 3)
    assert (tags.collector, tags.files, tags.fields) == ("git-tags", (), None)
    assert (log.layout, log.type) == ("keep-a-changelog", "")
    assert config.locations["collections", "changes", "files", 1] == Location("qmscheck.yaml", 16, 34)


def test_what_is_not_said_has_a_default(tmp_path: Path) -> None:
    write(tmp_path, "version: 1\n")
    config = load(tmp_path)
    assert (config.fail_on, config.on_unknown, config.placeholders) == (
        None,
        None,
        None,
    )  # a profile, or else minor and fail
    assert config.collections == ()
    assert defaults(tmp_path).path is None


@pytest.mark.parametrize("name", ["qmscheck.yaml", ".qmscheck.yaml", ".github/qmscheck.yaml"])
def test_found_upwards_and_the_root_is_its_folder(tmp_path: Path, name: str) -> None:
    write(tmp_path, "version: 1", name)
    below = tmp_path / "a/b"
    below.mkdir(parents=True)
    config = load(below)
    assert config.root == tmp_path
    assert config.path == name


def test_first_hit_wins(tmp_path: Path) -> None:
    write(tmp_path, "[tool.qmscheck]\nfail_on = 'observation'\n", "pyproject.toml")
    write(tmp_path, "fail_on: major", ".qmscheck.yaml")
    assert load(tmp_path).fail_on is Grade.MAJOR
    write(tmp_path, "fail_on: minor")
    assert load(tmp_path).fail_on is Grade.MINOR


def test_the_search_ends_at_the_repository_root(tmp_path: Path) -> None:
    write(tmp_path, "version: 1")
    repository = tmp_path / "repository"
    (repository / ".git").mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"no qmscheck\.yaml"):
        load(repository)
    write(repository, "version: 1", "qmscheck.yml")
    with pytest.raises(ConfigError, match=r"must end in \.yaml"):
        load(repository)


def test_an_explicit_file_leaves_the_root_where_one_starts(tmp_path: Path) -> None:
    (tmp_path / "elsewhere/pack").mkdir(parents=True)
    file = write(tmp_path / "elsewhere", "packs: [pack]", "my.yaml")
    start = tmp_path / "work"
    start.mkdir()
    config = load(start, file)
    assert config.root == start
    assert config.path == "../elsewhere/my.yaml"
    assert config.packs == (tmp_path / "elsewhere/pack",)


def test_pyproject_table(tmp_path: Path) -> None:
    text = """\
[project]
name = "x"

[tool.qmscheck]
adoption_date = 2025-01-01
standards = ["iso9001:2015"]

[tool.qmscheck.collections.changes]
type = "change"
files = "changes/*.yaml"
"""
    write(tmp_path, text, "pyproject.toml")
    config = load(tmp_path)
    assert config.adoption_date == "2025-01-01"
    assert config.collections[0].files == ("changes/*.yaml",)
    assert config.locations["collections", "changes", "files"].line == 10
    assert config.collections[0].location.line in {4, 8}


def test_pyproject_mistakes_have_lines(tmp_path: Path) -> None:
    said = mistake(tmp_path, "[tool.other]\n[tool.qmscheck]\nfail_on = 'minor'\nselekt = []\n", "pyproject.toml")
    assert said == "pyproject.toml:4:1: unknown key 'selekt': did you mean 'select'?"
    said = mistake(tmp_path, "[tool.qmscheck]\nfail_on = \n", "pyproject.toml")
    assert said.startswith("pyproject.toml:2:")


def test_a_pyproject_without_table_is_no_configuration(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, "[project]\ndependencies = ['qmscheck']\n", "pyproject.toml")
    with pytest.raises(ConfigError, match=r"no qmscheck\.yaml"):
        load(tmp_path)


COLLECTION = "collections:\n  c:\n    type: change\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("standards: iso9001", "1:1: standards is 'iso9001'; it must be a list, such as ['iso9001:2015', "),
        ("a: 1\na: 2", "2:1: the key 'a' occurs twice"),
        ("fail_on: majr", "(did you mean 'major'?)"),
        ("version: 2", "1:1: version is 2; it must be 1"),
        ("\nstandars: []", "2:1: unknown key 'standars': did you mean 'standards'?"),
        ("adoption_date: 2025-13-01", "such as 2025-01-01"),
        ("packs: [nope]", "1:9: rule pack 'nope' is not a folder"),
        ("people: ../people.yaml", "leaves the root"),
        ("settings: 3", "1:1: settings is 3; it must be an object"),
        ("", "it is empty"),
        ("- a", "it must be an object"),
        (COLLECTION, "2:3: collection 'c' needs 'files', such as"),
        ("collections:\n  c:\n    files: x", "2:3: collection 'c' needs a 'type', such as"),
        (COLLECTION + "    files: a\n    from: git-tags", "5:5: collection 'c' has both 'files' and 'from'"),
        (COLLECTION + "    fils: a", "4:5: unknown key 'fils': did you mean 'files'?"),
        (COLLECTION + "    files: 3", "such as 'changes/**/*.yaml'"),
        (COLLECTION + "    files: [a, /etc/*]", "4:16: '/etc/*' leaves the root"),
        (COLLECTION + "    files: 'a\\b'", "backslashes; write 'a/b'"),
        (COLLECTION + "    files: a\n    split: row", "did you mean 'rows'?"),
        (COLLECTION + "    files: a\n    split: {itms: x}", "5:13: unknown key 'itms': did you mean 'items'?"),
        (COLLECTION + "    files: a\n    fields:\n      t: {heding: title}", "6:11: unknown key 'heding'"),
        (COLLECTION + "    files: a\n    join: {x: {files: a, key: k}}", "'on' is missing in collections.c.join.x"),
        ("collections: {c: null}", "collections.c is empty"),
    ],
)
def test_mistakes_name_file_line_and_the_right_word(tmp_path: Path, text: str, said: str) -> None:
    found = mistake(tmp_path, text)
    assert found.startswith("qmscheck.yaml:")
    assert said in found


@pytest.mark.parametrize("content", [b"\xff\xfea\x00", b"\x00\x01", b"a: [", b"a: &x [*x, *x]\n"])
def test_hostile_files_are_mistakes_too(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "qmscheck.yaml").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert caught.value.location is not None


def test_a_mistake_may_come_with_others(tmp_path: Path) -> None:
    assert mistake(tmp_path, "fail_on: x\nselekt: []\n").endswith("(and 1 more)")
