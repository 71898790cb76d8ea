"""Builds a git repository in which the provider's records come into being: ``python examples/history/make.py TARGET``.

Every record is committed on the days that its own dates imply, each time with what was known by then, by its owner.
``course.yaml`` says what went otherwise. Names and times are pinned: the same commits come out on every machine.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).parent
PROVIDER = HERE.parent / "provider"
Day = dt.date
_Way = Callable[[str, "Known", Day], str | None]

_PLANNED = re.compile(
    r"^(planned|due|next|expires|ends|support_ends|licence|effectiveness_check|review_due|period)|_(due|ends)_"
)
_FACT = re.compile(r"(^|_)(on|at|from)$")
_NEVER = {
    "from",
    "held_from",
    "employed_from",
    "valid_from",
    "effective_from",
    "starts_on",
    "expires_on",
    "launched_on",
}
_RENEWED = re.compile(r"^(last_|reviewed_on$|approved_on$|contacts_checked_on$|taken_at$|updated_at$)")
_COLUMNS = {
    "Opened", "Closed", "Reviewed On", "Action Done", "Accepted On", "Checked On", "declared_on", "tag_date",
    "Last Evaluation", "Contract Reviewed",
}  # fmt: skip
_RENEWED_COLUMNS = {"Reviewed On", "Last Evaluation", "Contract Reviewed"}
_IDENTITY = {"Opened", "declared_on", "tag_date"}
_DATE = re.compile(r"20\d\d-\d\d-\d\d")
_SECOND = dt.timedelta(seconds=1)


class _Loader(yaml.SafeLoader):
    """YAML 1.2 as far as records need it: ``on`` is a word."""


_Loader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool" or sign in "tTfF"]
    for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _load(text: str) -> object:
    return yaml.load(text, _Loader)  # noqa: S506 - a safe loader that knows fewer words


@dataclass(frozen=True)
class Course:
    """What went otherwise than the records tell."""

    begins: Day
    ends: Day
    late: Mapping[tuple[str, Day], Day]
    before: Mapping[tuple[str, str], list[Day]]
    states: Mapping[str, Mapping[str, str]]


def course() -> Course:
    """``course.yaml``."""
    data = yaml.safe_load((HERE / "course.yaml").read_text(encoding="utf-8"))
    return Course(
        begins=data["begins"],
        ends=data["ends"],
        late={(one["file"], one["fact"]): one["written"] for one in data["late"]},
        before={(one["record"], one["field"]): one["values"] for one in data["before"]},
        states=data["states"],
    )


class Known:
    """What one file told by the end of a day. Notes the days on which it told something new."""

    def __init__(self, file: str, told: Course) -> None:
        self.file = file
        self.days: set[Day] = set()
        self._told = told

    def by(self, value: object, today: Day) -> bool:
        """Whether a date was written down by then."""
        day = _day(value)
        if day is None:
            return True
        written = self._told.late.get((self.file, day), day)
        self.days.add(written)
        return written <= today

    def mapping(self, data: Mapping[str, object], today: Day, *, top: bool = False) -> dict[str, object] | None:
        """A mapping without what was not known; None when nothing of it was."""
        facts = [key for key, value in data.items() if _is_fact(key) and _day(value) is not None]
        gone = [key for key in facts if not self.by(data[key], today)]
        if gone and len(gone) == len(facts) and not any(map(_renews, gone)):
            return None
        found: dict[str, object] = {}
        for key, value in data.items():
            kept = self._earlier(data, key, today) if key in gone else self._value(value, today)
            if kept is not None:
                found[key] = kept
        if top and found != data and "status" in found:
            found["status"] = self._state(found) if self._lacks(data, found) else found["status"]
        return found

    def _lacks(self, data: Mapping[str, object], found: Mapping[str, object]) -> bool:
        return any(key not in found for key in data) or len(str(found.get("approvals"))) < len(
            str(data.get("approvals"))
        )

    def _value(self, value: object, today: Day) -> object:
        if isinstance(value, Mapping):
            return self.mapping(value, today)
        if isinstance(value, list):
            items = [self._value(item, today) for item in value]
            return [item for item in items if item is not None] or (None if value else [])
        return value

    def _earlier(self, data: Mapping[str, object], key: str, today: Day) -> object:
        """What stood there before: where it is renewed from time to time, the date of a year ago, or the first."""
        day = _day(data[key])
        if not _renews(key) or day is None:
            return None
        told = self._told.before.get((str(data.get("id")), key), [])
        self.days.update(told)
        earlier = [one for one in told if one <= today]
        if earlier:
            return max(earlier)
        while day > today:
            day = day.replace(year=day.year - 1)
        created = _day(data.get("created_at"))
        return max(day, created) if created is not None and created <= today else day

    def _state(self, found: Mapping[str, object]) -> object:
        states = self._told.states.get(self.file.partition("/")[0], {})
        return next((state for field, state in states.items() if found.get(field)), found["status"])


def versions(file: str, content: bytes, told: Course) -> Iterator[tuple[Day, bytes]]:
    """Each version of a file with the day on which it was written, the oldest first."""
    known = Known(file, told)
    read = _reader(file, content.decode("utf-8"), known)
    read(Day.max)  # looks at every date
    last: bytes | None = None
    for day in sorted({told.begins, *(day for day in known.days if told.begins < day <= told.ends)}):
        text = read(day) if day < max(known.days, default=told.begins) else content.decode("utf-8")
        version = None if text is None else text.encode("utf-8")
        if version is not None and version != last:
            yield day, version
            last = version


def _reader(file: str, text: str, known: Known) -> Callable[[Day], str | None]:
    """A function from a day to what the file said then, None when it was not there."""
    if file in {"qmscheck.yaml", "people.yaml", "README.md", "qmscheck-baseline.yaml"}:
        return lambda _today: text
    ways: list[tuple[bool, _Way]] = [
        (file.endswith(".csv"), _table),
        (file.endswith(".jsonl"), _lines),
        (file.endswith(".yaml"), _yaml),
        (text.startswith("---\n"), _page),
        (file.startswith("incident-reviews/"), _review),
        (file == "CHANGELOG.md", _log),
    ]
    way = next((way for fits, way in ways if fits), _whole)
    return lambda today: way(text, known, today)


def _yaml(text: str, known: Known, today: Day) -> str | None:
    data = _load(text)
    if isinstance(data, list):
        items = [known.mapping(item, today, top=True) for item in data]
        found = [item for item in items if item is not None]
        return text if found == data else _dumped(found) if found else None
    one = known.mapping(data, today, top=True)
    return None if one is None else text if one == data else _dumped(one)


def _dumped(data: object) -> str:
    dumped: str = yaml.safe_dump(_plain(data), sort_keys=False, allow_unicode=True, width=110)
    return dumped


def _plain(value: object) -> object:
    """Dates as text, as the records have them."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _page(text: str, known: Known, today: Day) -> str | None:
    _, front, body = text.split("---\n", 2)
    data = _load(front)
    found = known.mapping(data, today, top=True)
    if found is None:
        return None
    if found == data:
        return text
    rows = (
        line for line in body.splitlines(keepends=True) if not line.startswith("| 20") or known.by(line[2:12], today)
    )
    shown = "".join(rows)
    if known.file.startswith("incidents/"):
        shown = shown.partition("## Resolution")[0]
    return f"---\n{_dumped(found)}---\n{shown}"


def _table(text: str, known: Known, today: Day) -> str | None:
    reader = csv.DictReader(io.StringIO(text))
    rows = [dict(row) for row in reader]
    made = io.StringIO()
    writer = csv.DictWriter(made, reader.fieldnames or [], lineterminator="\n")
    writer.writeheader()
    kept = [row for row in rows if all(known.by(row[name], today) for name in _IDENTITY & row.keys())]
    for row in kept:
        for name in _COLUMNS & row.keys():
            if not known.by(row[name], today):
                row[name] = str(_year_before(row[name])) if name in _RENEWED_COLUMNS else ""
        if not row.get("Action Done", "-") and row.get("Action State") == "done":
            row["Action State"] = "in_progress"
        if row.get("Status") == "accepted" and not row.get("Accepted On"):
            row["Status"] = "treating"
        if not row.get("Checked On", "-"):
            row |= {name: "" for name in ("Checked By", "Effective") if name in row}
        if not row.get("Accepted On", "-"):
            row |= {name: "" for name in ("Accepted By",) if name in row}
        if row.get("Status") == "closed" and not row.get("Closed"):
            row["Status"] = "treating"
        writer.writerow(row)
    return made.getvalue() if kept else None


def _lines(text: str, known: Known, today: Day) -> str | None:
    items = [known.mapping(json.loads(line), today, top=True) for line in text.splitlines()]
    for item in items:
        if item is None or "status" not in item:
            continue
        if "fulfilled_at" not in item:
            item["status"] = "new"
        elif "closed_at" not in item:
            item["status"] = "fulfilled"
    return "".join(f"{json.dumps(item)}\n" for item in items if item is not None) or None


def _log(text: str, known: Known, today: Day) -> str:
    head, *releases = re.split(r"(?m)^(?=## \[)", text)
    return head + "".join(
        one for one in releases if not (day := _DATE.search(one.splitlines()[0])) or known.by(day[0], today)
    )


def _review(text: str, known: Known, today: Day) -> str | None:
    """A page with the day on which it was held, and a table of actions that are done one by one."""
    held = re.search(r"(?m)^Held: (\S+)", text)
    if held is None or not known.by(held[1], today):
        return None
    head, mark, actions = text.partition("## Actions")
    rows = [_action(row, known, today) if re.match(r"\| A\d", row) else row for row in actions.splitlines()]
    found = head + mark + "\n".join(rows) + "\n"
    return text if found == text else found.replace("State: closed", "State: published")


def _action(row: str, known: Known, today: Day) -> str:
    """A row: number, action, kind, owner, due, state, done on, carried by, effect seen on, by whom, does it work."""
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    done, seen = known.by(cells[6], today), known.by(cells[8], today)
    if not seen:
        cells[8:11] = ["", "", ""]
    if not done:
        cells[5:7] = ["open", ""]
    return f"| {' | '.join(cells)} |"


def _whole(text: str, known: Known, today: Day) -> str | None:
    """A page of one day: the last that it names among those of its head, or of all."""
    days = [day for day in _DATE.findall(text) if known._told.begins <= Day.fromisoformat(day) <= known._told.ends]  # noqa: SLF001
    return text if not days or known.by(max(days), today) else None


def _is_fact(key: str) -> bool:
    return bool(_FACT.search(key)) and key not in _NEVER and not _PLANNED.search(key)


def _renews(key: str) -> bool:
    return bool(_RENEWED.search(key))


def _day(value: object) -> Day | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, Day):
        return value
    found = _DATE.match(value) if isinstance(value, str) else None
    return Day.fromisoformat(found[0]) if found else None


def _year_before(value: str) -> Day:
    day = Day.fromisoformat(value[:10])
    return day.replace(year=day.year - 1)


def people() -> dict[str, str]:
    """Key of a person to ``Name <address>``."""
    register = yaml.safe_load((PROVIDER / "people.yaml").read_text(encoding="utf-8"))["people"]
    return {one["key"]: f"{one['name'].partition(' (')[0]} <{one['emails'][0]}>" for one in register}


@dataclass(frozen=True)
class Step:
    """One commit: a file as it was on a day, or all files of the first day."""

    day: Day
    files: Mapping[str, bytes]
    author: str
    message: str


def steps(told: Course) -> list[Step]:
    """All commits in order."""
    known = people()
    first: dict[str, bytes] = {}
    later: list[Step] = []
    for path in sorted(path for path in PROVIDER.rglob("*") if path.is_file()):
        file = path.relative_to(PROVIDER).as_posix()
        before = b""
        for day, version in versions(file, path.read_bytes(), told):
            if day <= told.begins:
                first[file] = version
            else:
                later.append(_step(day, file, before, version, known))
            before = version
    start = Step(told.begins, first, known["maeve.odonnell"], "Records of the management system, as they stand today")
    return [start, *sorted(later, key=lambda step: (step.day, *step.files))]


def _step(day: Day, file: str, before: bytes, version: bytes, known: Mapping[str, str]) -> Step:
    """A commit by the owner; approvals that are new in it stand in its trailers."""
    old, new = _record(file, before), _record(file, version)
    owner = next((word for word in (new.get("owner"), new.get("lead")) if word in known), "maeve.odonnell")
    status = new.get("status") if before and new.get("status") != old.get("status") else ""
    message = f"{new.get('id', Path(file).stem)}: {status or ('what is new' if before else 'recorded')}"
    granted = [key for key in _approvers(new) if key in known and key not in {*_approvers(old), owner}]
    trailers = "".join(f"\nApproved-by: {known[key]}" for key in granted)
    return Step(day, {file: version}, known[str(owner)], message + (f"\n{trailers}" if trailers else ""))


def _record(file: str, version: bytes) -> Mapping[str, object]:
    """What a file with one record in YAML says."""
    text = version.decode("utf-8")
    text = text.split("---\n", 2)[1] if text.startswith("---\n") else text
    data = (
        _load(text)
        if file.endswith((".yaml", ".md")) and (version.startswith(b"---") or file.endswith(".yaml"))
        else {}
    )
    return data if isinstance(data, Mapping) else {}


def _approvers(record: Mapping[str, object]) -> list[str]:
    found = record.get("approvals")
    listed = found if isinstance(found, list) else []
    return [str(one.get("by")) for one in listed if one.get("decision") == "approved"]


def stream(told: Course) -> Iterator[bytes]:
    """The repository, for `git fast-import`."""
    yield b"reset refs/heads/main\n"
    clock = dt.datetime.combine(told.begins, dt.time(8), dt.UTC)
    tags = {Day.fromisoformat(row["tag_date"]): row["tag"] for row in csv.DictReader((PROVIDER / "tags.csv").open())}
    pending = sorted(day for day in tags if told.begins <= day <= told.ends)
    number = 0
    for number, step in enumerate(steps(told), start=1):
        while pending and pending[0] < step.day:
            yield _tag(tags[pending[0]], pending[0], number - 1)
            pending.pop(0)
        clock = max(clock + _SECOND, dt.datetime.combine(step.day, dt.time(16), dt.UTC))
        yield from _commit(step, number, int(clock.timestamp()))
    for day in pending:
        yield _tag(tags[day], day, number)


def _commit(step: Step, number: int, seconds: int) -> Iterator[bytes]:
    message = f"{step.message}\n".encode()
    yield f"commit refs/heads/main\nmark :{number}\n".encode()
    yield f"author {step.author} {seconds} +0000\ncommitter {step.author} {seconds} +0000\n".encode()
    yield b"data %d\n%s" % (len(message), message)
    for file, content in sorted(step.files.items()):
        yield b"M 100644 inline %s\ndata %d\n%s\n" % (file.encode(), len(content), content)


def _tag(name: str, day: Day, mark: int) -> bytes:
    seconds = int(dt.datetime.combine(day, dt.time(18), dt.UTC).timestamp())
    tagger = "Ravi Menon <ravi.menon@merrow.example>"
    message = f"Settlement Reporting {name}\n".encode()
    return f"tag {name}\nfrom :{mark}\ntagger {tagger} {seconds} +0000\ndata {len(message)}\n".encode() + message


def make(target: Path) -> Path:
    """Make the repository in a folder that does not exist yet, and check out its last commit."""
    target.mkdir(parents=True)

    def git(*words: str, given: bytes | None = None) -> None:
        subprocess.run(  # noqa: S603 - the words are ours
            ["git", *words],  # noqa: S607 - whichever git there is
            cwd=target,
            input=given,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
            check=True,
            capture_output=True,
        )

    git("init", "--quiet", "--initial-branch=main")
    git("fast-import", "--quiet", "--date-format=raw", given=b"".join(stream(course())))
    git("reset", "--quiet", "--hard", "main")
    return target


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, metavar="TARGET", help="folder to make; it must not exist yet")
    target = parser.parse_args().target
    if target.exists():
        sys.stderr.write(f"{target} is there already\n")
        return 2
    sys.stdout.write(f"{make(target)}: the provider's year, commit by commit\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
