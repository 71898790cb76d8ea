from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from qmscheck import collect
from qmscheck.collect import Tree
from qmscheck.config import Collection
from qmscheck.errors import UsageError
from qmscheck.model import Location, Source, Unreadable

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")
Write = Callable[[Mapping[str, str | bytes]], Path]


def records(*files: str, exclude: tuple[str, ...] = ()) -> Collection:
    return Collection(name="c", type="change", files=files, exclude=exclude, location=Location("qmscheck.yaml", 1))


def paths(tree: Tree, *files: str, exclude: tuple[str, ...] = ()) -> list[str]:
    found = tree.sources(records(*files, exclude=exclude))
    return [item.path if isinstance(item, Source) else f"!{item.location.path}" for item in found]


def reasons(tree: Tree, *files: str, exclude: tuple[str, ...] = ()) -> dict[str, str]:
    found = tree.sources(records(*files, exclude=exclude))
    return {item.location.path: item.reason for item in found if isinstance(item, Unreadable)}


def test_bytes_in_order_of_paths(write_tree: Write) -> None:
    root = write_tree({"c/b.yaml": b"b\r\n", "c/a/z.yaml": b"\xff", "c/a.yaml": b"", "c/a.txt": b"no", "d.yaml": b"no"})
    found = list(Tree(root).sources(records("c/**/*.yaml")))
    assert found == [Source("c/a.yaml", b""), Source("c/a/z.yaml", b"\xff"), Source("c/b.yaml", b"b\r\n")]


def test_exclude_and_overlapping_globs(write_tree: Write) -> None:
    root = write_tree({"a/1.md": "", "a/2.md": "", "a/x/3.md": "", "b.md": ""})
    tree = Tree(root)
    assert paths(tree, "**/*.md", "a/*.md", "b.md", exclude=("a/x/**", "a/2.md")) == ["a/1.md", "b.md"]
    assert paths(tree, "nowhere/*.md") == []


def test_folders_of_tools_are_skipped(write_tree: Write) -> None:
    skipped = [".git/a.md", "node_modules/a.md", "x/__pycache__/a.md", ".venv/a.md", "env/pyvenv.cfg", "env/a.md"]
    tree = Tree(write_tree({**dict.fromkeys(skipped, ""), "x/a.md": "", ".github/a.md": ""}))
    assert paths(tree, "**/*.md") == ["x/a.md"]
    assert paths(tree, ".github/*.md") == [".github/a.md"]
    assert tree.unclaimed(["node_modules/a.md"], [records("**/*.md")], tree_root(tree)) == ("node_modules/a.md",)


def tree_root(tree: Tree) -> Path:
    return Path(tree._root)


def test_each_folder_is_read_once_and_only_where_globs_lead(write_tree: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_tree({"a/x/1.md": "", "b/1.md": "", "c/d/e/1.md": ""})
    seen: list[str] = []
    scandir = os.scandir
    monkeypatch.setattr(collect.os, "scandir", lambda path: seen.append(Path(path).name) or scandir(path))
    tree = Tree(root)
    assert paths(tree, "a/**/*.md") == ["a/x/1.md"]
    assert paths(tree, "a/x/*.md", "c/*/e/*.md") == ["a/x/1.md", "c/d/e/1.md"]
    assert paths(tree, "c/*.md") == []
    assert seen == ["a", "x", "c", "d", "e"]


def test_a_folder_named_like_a_record(write_tree: Write) -> None:
    root = write_tree({"c/CHG-1.yaml/inside.yaml": "", "c/CHG-2.yaml": "", "c/sub/x": "", "c/v1.2/x": "", "LOG/x": ""})
    tree = Tree(root)
    assert paths(tree, "c/*.yaml") == ["!c/CHG-1.yaml", "c/CHG-2.yaml"]
    assert paths(tree, "c/**/*.yaml") == ["!c/CHG-1.yaml", "c/CHG-1.yaml/inside.yaml", "c/CHG-2.yaml"]
    assert "folder" in reasons(tree, "c/*")["c/CHG-1.yaml"]
    assert set(reasons(tree, "c/*")) == {"c/CHG-1.yaml"}
    assert paths(tree, "LOG") == ["!LOG"]


@posix
def test_links(write_tree: Write, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.yaml").write_text("secret")
    root = write_tree({"c/real.yaml": "real", "d/x.yaml": ""})
    for name, target in {
        "in.yaml": root / "c/real.yaml",
        "relative.yaml": "real.yaml",
        "out.yaml": outside / "secret.yaml",
        "dangling.yaml": "nowhere",
        "gone.yaml": outside / "gone",
        "loop.yaml": "loop.yaml",
        "up": "..",
        "away": outside,
    }.items():
        (root / "c" / name).symlink_to(target)
    tree = Tree(root)
    assert paths(tree, "c/**/*.yaml") == [
        "!c/away",
        "!c/dangling.yaml",
        "!c/gone.yaml",
        "c/in.yaml",
        "!c/loop.yaml",
        "!c/out.yaml",
        "c/real.yaml",
        "c/relative.yaml",
    ]
    why = reasons(tree, "c/**/*.yaml")
    assert why["c/out.yaml"] == why["c/away"] == "is a link that leads out of the root"
    assert why["c/dangling.yaml"] == why["c/gone.yaml"] == why["c/loop.yaml"] == "is a link that leads nowhere"
    assert "!c/away" not in paths(tree, "c/*.yaml")
    assert "!c/away" not in paths(tree, "c/**/*.yaml", exclude=("c/away/**",))
    assert paths(tree, "c/away/*.yaml") == ["!c/away"]
    assert paths(tree, "c/up/d/*.yaml") == ["c/up/d/x.yaml"]
    assert reasons(tree, "c/away/secret.yaml") != {}
    assert isinstance(tree.source("c/away/secret.yaml"), Unreadable)


@posix
def test_a_root_behind_a_link(write_tree: Write, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = write_tree({"c/real.yaml": "real"})
    (root / "c/link.yaml").symlink_to(root / "c/real.yaml")
    link = tmp_path_factory.mktemp("links") / "root"
    link.symlink_to(root)
    assert paths(Tree(link), "c/*.yaml") == ["c/link.yaml", "c/real.yaml"]
    assert Tree(link).named([str(root / "c/real.yaml")]) == frozenset({"c/real.yaml"})


@posix
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_sockets_and_devices_never_block(write_tree: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_tree({"a.yaml": ""})
    os.mkfifo(root / "pipe.yaml")
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.yaml")
        why = reasons(Tree(root), "*.yaml")
    assert why["pipe.yaml"] == "is a named pipe, not a file"
    assert set(why) == {"pipe.yaml", "socket.yaml"}
    assert isinstance(Tree(Path("/dev")).source("null"), Unreadable)


def test_large_files_are_not_read(write_tree: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_tree({"small.yaml": ""})
    with (root / "large.yaml").open("wb") as file:
        file.truncate(100_000_000)
    with (root / "edge.yaml").open("wb") as file:
        file.truncate(10_000_000)
    monkeypatch.setattr(collect.intake.os, "read", read := Reads())
    assert reasons(Tree(root), "*.yaml") == {"large.yaml": "the file is too large (100.0 MB; at most 10 MB are read)"}
    assert max(read.sizes) == 10_000_001


class Reads:
    def __init__(self) -> None:
        self.sizes: list[int] = []
        self._read = os.read

    def __call__(self, descriptor: int, size: int) -> bytes:
        self.sizes.append(size)
        return self._read(descriptor, size)


def test_a_file_that_grows_is_read_to_its_end(write_tree: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_tree({"a.yaml": "x" * 100})
    read = os.read
    monkeypatch.setattr(collect.intake.os, "read", lambda descriptor, size: read(descriptor, min(size, 7)))
    assert list(Tree(root).sources(records("*.yaml"))) == [Source("a.yaml", b"x" * 100)]


def test_a_file_that_vanishes(write_tree: Write) -> None:
    root = write_tree({"a.yaml": "", "b.yaml": ""})
    found = Tree(root).sources(records("*.yaml"))
    assert isinstance(next(found), Source)
    (root / "b.yaml").unlink()
    assert next(found).reason == "was there a moment ago and is gone"  # type: ignore[union-attr]


def test_what_may_not_be_read(write_tree: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_tree({"a.yaml": "", "closed/b.yaml": "", "other/c.md": ""})
    scandir, opened = os.scandir, os.open

    def refuse(path: str, *rest: int) -> object:
        if "closed" in str(path) or str(path).endswith("a.yaml"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest) if rest else scandir(path)

    monkeypatch.setattr(collect.os, "scandir", refuse)
    monkeypatch.setattr(collect.intake.os, "open", refuse)
    tree = Tree(root)
    assert reasons(tree, "**/*.yaml") == {
        "a.yaml": "cannot be read: permission denied",
        "closed": "folder cannot be read: permission denied",
    }
    assert reasons(tree, "other/*.md") == {}


@posix
def test_names_of_any_bytes(write_tree: Write) -> None:
    root = write_tree({"a b\n.yaml": "", "ü:1.yaml": "", "-x.yaml": ""})
    try:
        (Path(os.fsdecode(os.fsencode(root) + b"/\xff.yaml"))).write_bytes(b"1")
    except OSError:
        pytest.skip("the file system wants UTF-8")
    tree = Tree(root)
    assert paths(tree, "*.yaml") == ["-x.yaml", "a b\n.yaml", "ü:1.yaml", "\udcff.yaml"]
    assert tree.named(["\udcff.yaml"], root) == frozenset({"\udcff.yaml"})


@posix
def test_very_deep_folders(tmp_path: Path) -> None:
    made = [str(tmp_path)]
    for _ in range(1_200):
        made.append(made[-1] + "/a")
        os.mkdir(made[-1])  # noqa: PTH102 - longer than pathlib likes
    try:
        assert paths(Tree(tmp_path), "**/*.yaml") == []
    finally:
        for folder in reversed(made[1:]):  # pytest's own clean-up would not get to the bottom
            os.rmdir(folder)  # noqa: PTH106


def test_the_collection_is_named(write_tree: Write) -> None:
    root = write_tree({"a.yaml/x": ""})
    (found,) = Tree(root).sources(records("a.yaml"))
    assert isinstance(found, Unreadable)
    assert (found.collection, found.type, found.location) == ("c", "change", Location("a.yaml", 1))


class TestNamed:
    def test_files_and_folders(self, write_tree: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        root = write_tree({"c/1.yaml": "", "c/x/2.yaml": "", "c/3.md": "", "d/4.yaml": ""})
        monkeypatch.chdir(root / "c")
        tree = Tree(root)
        assert tree.named(["1.yaml", "../d"]) == frozenset({"c/1.yaml", "d/4.yaml"})
        only = tree.named(["."])
        assert only == frozenset({"c/1.yaml", "c/x/2.yaml", "c/3.md"})
        assert [one.path for one in tree.sources(records("**/*.yaml"), only)] == ["c/1.yaml", "c/x/2.yaml"]  # type: ignore[union-attr]

    def test_files_need_no_walk(self, write_tree: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        root = write_tree({"c/1.yaml": "", "c/2.yaml": ""})
        monkeypatch.setattr(collect.os, "scandir", lambda path: pytest.fail(f"walked {path}"))
        tree = Tree(root)
        only = tree.named(["c/1.yaml"], root)
        assert list(tree.sources(records("c/*.yaml"), only)) == [Source("c/1.yaml", b"")]
        assert list(tree.sources(records("d/*.yaml"), only)) == []

    def test_a_folder_named_like_a_record(self, write_tree: Write) -> None:
        root = write_tree({"c/1.yaml/x.md": ""})
        tree = Tree(root)
        for start in (".", "c", "c/1.yaml"):
            only = tree.named([start], root)
            assert [type(one) for one in tree.sources(records("c/*.yaml"), only)] == [Unreadable]

    def test_what_is_not_there(self, write_tree: Write, tmp_path_factory: pytest.TempPathFactory) -> None:
        tree = Tree(root := write_tree({"a.yaml": ""}))
        with pytest.raises(UsageError, match=r"path 'b\.yaml' does not exist"):
            tree.named(["b.yaml"], root)
        with pytest.raises(UsageError, match="outside of the root"):
            tree.named([str(tmp_path_factory.mktemp("other"))], root)
        with pytest.raises(UsageError, match="outside of the root"):
            tree.named([".."], root)

    @posix
    def test_a_link_that_leads_nowhere_is_an_answer(self, write_tree: Write) -> None:
        root = write_tree({})
        (root / "a.yaml").symlink_to("nowhere")
        tree = Tree(root)
        only = tree.named(["a.yaml"], root)
        assert [one.reason for one in tree.sources(records("*.yaml"), only)] == ["is a link that leads nowhere"]  # type: ignore[union-attr]

    def test_what_no_collection_claims(self, write_tree: Write) -> None:
        root = write_tree({"c/1.yaml": "", "README.md": "", "d/x": ""})
        tree = Tree(root)
        claimed = tree.unclaimed(["c/1.yaml", "README.md", "d"], [records("c/*.yaml"), records("d/*")], root)
        assert claimed == ("README.md",)
