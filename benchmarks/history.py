"""Measure the history rules against plain git on one generated repository, in the same run.

    python benchmarks/history.py                      # 20,000 files, 80,000 commits, 2,000 of the files are records
    python benchmarks/history.py --records 20000      # nothing but records
    python benchmarks/history.py --repository /tmp/big --config big.yaml

The history is written by `git fast-import`: records come in four steps, the other commits edit source files, every
fiftieth is merged from a side branch, every hundredth renames a file. The cost of the history rules is what a check
with `history: true` takes longer than the same check without; a second run finds what the first one learned.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import generate
import records
from compare import Measured, run, seconds

STEPS = 4
STATES = {
    "change": ("draft", "submitted", "approved"),
    "document": ("draft", "draft", "draft"),
    "incident": ("new", "in_progress", "resolved"),
    "incident-review": ("draft", "in_review", "published"),
}
FIRST = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
CHECK = [sys.executable, "-m", "qmscheck", "check", "--as-of", "2026-09-01", "-qq"]


class Writer:
    """Writes commits as a stream that `git fast-import` reads. Commits are ten minutes apart."""

    def __init__(self, out: BinaryIO, seed: int) -> None:
        self._out = out
        self._random = random.Random(seed)
        self._mark = 0
        self._main = 0

    def commit(self, changes: bytes, *, side: bool = False) -> None:
        """A commit on main; as ``side`` a commit on a branch of its own, and its merge."""
        head = self._one("refs/heads/side" if side else "refs/heads/main", changes, (self._main,))
        if side:
            head = self._one("refs/heads/main", changes, (self._main, head))
        self._main = head

    def _one(self, branch: str, changes: bytes, parents: tuple[int, ...]) -> int:
        self._mark += 1
        who = self._random.choice(records.PEOPLE)
        seconds_ = int((FIRST + dt.timedelta(minutes=10 * self._mark)).timestamp())
        person = f"{who} <{who.replace(' ', '.').lower()}@example.org> {seconds_} +0000"
        text = f"Work on it {self._mark}\n\nReviewed-by: {self._random.choice(records.PEOPLE)} <r@example.org>\n"
        lines = [f"commit {branch}", f"mark :{self._mark}", f"author {person}", f"committer {person}"]
        self._out.write("\n".join((*lines, f"data {len(text.encode())}", text)).encode())
        for word, parent in zip(("from", "merge"), filter(None, parents), strict=False):
            self._out.write(f"{word} :{parent}\n".encode())
        self._out.write(changes + b"\n")
        return self._mark


def put(path: str, text: str) -> bytes:
    """One file of a commit."""
    content = text.encode()
    return b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(content), content)


def life(record: records.Data, step: int) -> records.Data:
    """A record as it was after a step: more and more of it is there."""
    if step == STEPS - 1:
        return record
    kept = list(record)[: 5 + (len(record) - 5) * (step + 1) // STEPS]
    return {**{key: record[key] for key in kept}, "status": STATES[str(record["type"])][step]}


def edits(count: int, files: int, commits: int, seed: int) -> Iterator[bytes]:
    """What each commit does, in order: steps of records and edits of source files, evenly mixed."""
    rng = random.Random(seed)
    steps = [(record, step) for record in generate.generate(count) for step in range(STEPS)]
    every = max(1, commits // max(1, len(steps)))
    names = [f"src/{number % 40:02d}/{number // 40 % 25:02d}/module{number:05d}.py" for number in range(files - count)]
    waiting = iter(steps)
    for number in range(commits):
        record, step = next(waiting, (None, 0)) if number % every == 0 or not names else (None, 0)
        if record is not None:
            path = generate.path_of(record)
            yield put(path, generate.text_of(life(record, step)))
        elif names:
            at = number % len(names) if number < 2 * len(names) else rng.randrange(len(names))
            old = names[at]
            if number % 100 == 0 and number > 2 * len(names):
                names[at] = old.replace("module", "part") if "module" in old else old.replace("part", "module")
                yield b"D %s\n" % old.encode() + put(names[at], f"x = {number}\n")
            else:
                yield put(old, f"x = {number}\n")
        else:
            yield b""


def build(folder: Path, count: int, files: int, commits: int) -> None:
    """A repository with that many commits; its work tree is checked out."""
    folder.mkdir(parents=True)
    git = ["git", "-C", str(folder)]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    with subprocess.Popen([*git, "fast-import", "--quiet", "--done"], stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        writer = Writer(process.stdin, 1)
        base = b"".join(put(f"services/{name}.yaml", generate.yaml_text(records.service(name))) for name in records.SERVICES)
        base += put("people.yaml", generate.yaml_text(records.people()))
        base += put("qmscheck.yaml", generate.CONFIGURATION)
        writer.commit(base)
        for number, changes in enumerate(edits(count, files, commits - 1 - commits // 50, 1)):
            writer.commit(changes, side=number % 49 == 48)
        process.stdin.write(b"done\n")
    subprocess.run([*git, "repack", "-q", "-a", "-d"], check=True)
    subprocess.run([*git, "checkout", "-q", "-f", "main"], check=True)


def configurations(folder: Path, config: Path) -> tuple[Path, Path]:
    """The configuration without and with the history."""
    text = "".join(line for line in config.read_text().splitlines(keepends=True) if not line.startswith("history:"))
    without, with_it = folder / "without.yaml", folder / "with.yaml"
    without.write_text(text)
    with_it.write_text(f"{text}history: true\n")
    return without, with_it


def measure(root: Path, config: Path, work: Path, runs: int) -> None:
    """Everything in turn, and the ratios."""
    without, with_it = configurations(work, config)
    os.environ["XDG_CACHE_HOME"] = str(work / "cache")
    check = [*CHECK, "--root", str(root), "--config"]
    works = {
        "git log --raw": ["git", "log", "--raw"],
        "git log --raw -z --no-renames": ["git", "log", "--raw", "-z", "--no-renames"],
        "check without history": [*check, str(without)],
        "check with history, nothing known": [*check, str(with_it)],
        "check with history, second run": [*check, str(with_it)],
    }
    found: dict[str, list[Measured]] = {name: [] for name in works}
    for number in range(runs):
        subprocess.run(["rm", "-rf", str(work / "cache")], check=True)
        for name, command in works.items():
            print(f"  run {number + 1} of {runs}: {name}", file=sys.stderr)
            found[name].append(run([command], root))
    plain = seconds(found["git log --raw"])
    for name, measured in found.items():
        print(f"  {name:<36} {seconds(measured):8.2f} s  {max(one.peak for one in measured):6.0f} MiB")
    for name in ("nothing known", "second run"):
        cost = seconds(found[f"check with history, {name}"]) - seconds(found["check without history"])
        print(f"  history rules, {name:<21} {cost:8.2f} s  {cost / plain:6.2f} x git log --raw")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--commits", type=int, default=80_000)
    parser.add_argument("--records", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="build the repository here, or use what is there")
    parser.add_argument("--repository", type=Path, help="measure a repository of your own, with --config")
    parser.add_argument("--config", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        root = options.repository or options.keep or work / "repository"
        if not root.exists():
            build(root, options.records, options.files, options.commits)
        count = subprocess.run(["git", "-C", root, "rev-list", "--count", "HEAD"], capture_output=True, text=True, check=True)
        print(f"{root.name}: {int(count.stdout):,} commits")
        measure(root, options.config or root / "qmscheck.yaml", work, options.runs)


if __name__ == "__main__":
    main()
