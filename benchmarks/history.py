"""Measure the history rules against plain git on one generated repository, in the same run.

    python benchmarks/history.py                      # 20,000 files, 80,000 commits, 2,000 of the files are records
    python benchmarks/history.py --records 20000      # nothing but records
    python benchmarks/history.py --repository /tmp/big --config big.yaml

The history is written by `git fast-import`: records come in four steps, the other commits edit source files, every
fiftieth is merged from a side branch, every hundredth renames a file. The cost of the history rules is what a check
with `history: true` takes longer than the same check without; a second run finds what the first one learned. On a busy
machine trust the seconds of processors, which count git's own with it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import generate
import records
from compare import Measured, run, seconds

STATES = {
    "change": ("draft", "submitted", "approved"),
    "incident": ("new", "in_progress", "resolved"),
    "incident-review": ("draft", "in_review", "published"),
}
APPROVALS = {"approvals", "approved_by", "approved_on"}
DEEDS = {"implemented_by", "implemented_from", "implemented_at", "outcome", "review", "pull_request", "closed_at"}
SHARES = (0.6, 0.6, 0.8, 1.0)
CHECK = [sys.executable, "-m", "qmscheck", "check", "--as-of", "2026-09-01", "-qq"]


class Step(NamedTuple):
    """What becomes of a record, when, and by whose hand."""

    at: int
    who: str
    path: str
    text: str


class Writer:
    """Writes commits as a stream that `git fast-import` reads."""

    def __init__(self, out: BinaryIO, seed: int) -> None:
        self._out = out
        self._random = random.Random(seed)
        self._mark = 0
        self._main = 0
        self._at = 0

    def commit(self, changes: bytes, *, side: bool = False, at: int = 0, who: str = "") -> None:
        """A commit on main; as ``side`` a commit on a branch of its own, and its merge."""
        self._at = max(self._at + 1, at)
        head = self._one("refs/heads/side" if side else "refs/heads/main", changes, (self._main,), who)
        if side:
            head = self._one("refs/heads/main", changes, (self._main, head), who)
        self._main = head

    def _one(self, branch: str, changes: bytes, parents: tuple[int, ...], who: str) -> int:
        self._mark += 1
        address = who or self._random.choice(records.PEOPLE)
        person = f"{address.partition('@')[0]} <{address}> {self._at} +0000"
        text = f"Work on it {self._mark}\n\nReviewed-by: <{self._random.choice(records.PEOPLE)}>\n"
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


def life(record: records.Data) -> Iterator[Step]:
    """How a record comes to be: what was planned, who approved it, what was done; a document's reviews one by one."""
    opened = dt.datetime.fromisoformat(str(record["created_at"]))
    if record["type"] == "document":
        yield from _life_of_document(record, opened)
        return
    keys = [key for key in record if key not in APPROVALS]
    shares = [keys[: round(len(keys) * share)] for share in SHARES]
    if record["type"] == "change":  # what was approved stays as it is
        plan = [key for key in keys if key not in DEEDS]
        shares = [plan, plan, keys[:-2], keys]
    states = (*STATES[str(record["type"])], record["status"])
    for number, share in enumerate(shares):
        kept = [*share, *(key for key in record if number and key in APPROVALS)]
        hand = _approver(record) if number == 1 else ""
        at = opened + dt.timedelta(days=1 + 2 * number)
        yield _step(record, {key: record[key] for key in kept}, states[number], at, hand)


def _life_of_document(record: records.Data, opened: dt.datetime) -> Iterator[Step]:
    """A draft, its approval with the reviews so far, and each later review by itself."""
    reviews: list[records.Data] = list(record["reviews"])  # type: ignore[call-overload]
    approved = str(record["approved_on"])
    later = sorted(str(review["on"]) for review in reviews if str(review["on"]) > approved)
    draft = {key: record[key] for key in record if key not in {"reviews", *APPROVALS}}
    yield _step(record, draft, "draft", opened)
    for number, day in enumerate((approved, *later)):
        then = {**record, "reviews": [review for review in reviews if str(review["on"]) <= day]}
        at = dt.datetime.fromisoformat(f"{day}T12:00Z")
        yield _step(record, then, "approved", at, "" if number else _approver(record))


def _step(record: records.Data, then: records.Data, status: object, at: dt.datetime, hand: str = "") -> Step:
    text = generate.text_of({**then, "status": status})
    return Step(int(at.timestamp()), hand or str(record["owner"]), generate.path_of(record), text)


def _approver(record: records.Data) -> str:
    approvals = record.get("approvals")
    named = approvals[0]["by"] if isinstance(approvals, list) else record.get("approved_by")
    return str(named or record["owner"])


def work_on(files: int, commits: int, rng: random.Random) -> Iterator[bytes]:
    """Edits of source files, now and then with a new name."""
    names = [f"src/{number % 40:02d}/{number // 40 % 25:02d}/module{number:05d}.py" for number in range(files)]
    for number in range(commits):
        at = number % files if number < 2 * files else rng.randrange(files)
        old = names[at]
        if number % 100 == 0 and number > 2 * files:
            names[at] = old.replace("module", "part") if "module" in old else old.replace("part", "module")
            yield b"D %s\n" % old.encode() + put(names[at], f"x = {number}\n")
        else:
            yield put(old, f"x = {number}\n")


def write(writer: Writer, count: int, files: int, commits: int) -> None:
    """Steps of records in their order, and edits of source files evenly between them."""
    steps = sorted(step for record in generate.generate(count) for step in life(record))[:commits]
    others = commits - len(steps)
    edits = work_on(files - count, others, random.Random(1)) if files > count else iter(())
    done = 0
    for number in range(commits):
        side = number % 49 == 48
        if (number - done) * len(steps) >= done * max(1, others) and done < len(steps):
            step = steps[done]
            done += 1
            writer.commit(put(step.path, step.text), side=side, at=step.at, who=step.who)
        else:
            writer.commit(next(edits, b""), side=side)


def build(folder: Path, count: int, files: int, commits: int) -> None:
    """A repository with that many commits; its work tree is checked out."""
    folder.mkdir(parents=True)
    git = ["git", "-C", str(folder)]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    with subprocess.Popen([*git, "fast-import", "--quiet", "--done"], stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        writer = Writer(process.stdin, 1)
        pages = {f"services/{name}.yaml": generate.yaml_text(records.service(name)) for name in records.SERVICES}
        base = b"".join(put(path, text) for path, text in pages.items())
        base += put("people.yaml", generate.yaml_text(records.people()))
        base += put("qmscheck.yaml", generate.CONFIGURATION)
        writer.commit(base)
        write(writer, count, files, commits - 1 - commits // 50)
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
    for name, measured in found.items():
        print(f"  {name:<36} {seconds(measured):8.2f} s  {work_of(measured):8.2f} s of processors")
    for name in ("nothing known", "second run"):
        with_it, without_it = found[f"check with history, {name}"], found["check without history"]
        wall, work_ = seconds(with_it) - seconds(without_it), work_of(with_it) - work_of(without_it)
        plain = found["git log --raw"]
        print(
            f"  history rules, {name:<15} {wall:8.2f} s, {wall / seconds(plain):.2f} x git log --raw; "
            f"{work_:.2f} s of processors, {work_ / work_of(plain):.2f} x"
        )


def work_of(runs: list[Measured]) -> float:
    """The median, of what does not wait for others on the machine."""
    return statistics.median(one.work for one in runs)


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
        count = subprocess.check_output(["git", "-C", str(root), "rev-list", "--count", "HEAD"], text=True)
        print(f"{root.name}: {int(count):,} commits")
        measure(root, options.config or root / "qmscheck.yaml", work, options.runs)


if __name__ == "__main__":
    main()
