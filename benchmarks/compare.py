"""Measure qmscheck against its peers: whole processes, taken in turn, medians of several runs, ratios in one run.

    npm install --prefix /tmp/peers ajv-cli ajv-formats      # once; ajv is left out where it is not found
    pip install check-jsonschema                             # likewise
    python benchmarks/compare.py --ajv /tmp/peers/node_modules/.bin/ajv

Peers do less: only the schema, no rules, no report. Seconds drift on a shared machine; the ratios of one run do not.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import generate

# Users run compiled modules, as pip installs them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

TYPES = {"change": "changes", "document": "documents", "incident": "incidents", "incident-review": "reviews"}
TOOL = [sys.executable, "-m", "qmscheck"]
CHECK = [*TOOL, "check", "--as-of", "2026-09-01", "-qq"]
HOOK = [*TOOL, "check", "--as-of", "2026-09-01", "--staged"]
STANDARDS = ["--standard", "iso9001:2015", "--standard", "iso20000-1:2018"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of a command: seconds of wall time, peak memory in MiB, seconds of processors, children's with them."""

    seconds: float
    peak: float
    work: float = 0.0


def run(commands: list[list[str]], folder: Path, allowed: tuple[int, ...] = (0, 1)) -> Measured:
    """Run commands one after the other, as one piece of work."""
    started = time.perf_counter()
    peak, work = 0, 0.0
    for command in commands:
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in allowed:
            raise SystemExit(f"{' '.join(command[:4])} … ended with {process.returncode}")
        peak, work = max(peak, used.ru_maxrss), work + used.ru_utime + used.ru_stime
    return Measured(time.perf_counter() - started, peak / 1024, work)


def in_turn(works: dict[str, tuple[list[list[str]], Path]], runs: int) -> dict[str, list[Measured]]:
    """Each piece of work once, then each again: A B C, A B C."""
    found: dict[str, list[Measured]] = {name: [] for name in works}
    for number in range(runs):
        for name, (commands, folder) in works.items():
            print(f"  run {number + 1} of {runs}: {name}", file=sys.stderr)
            found[name].append(run(commands, folder))
    return found


def seconds(runs: list[Measured]) -> float:
    """The median."""
    return statistics.median(one.seconds for one in runs)


def told(title: str, found: dict[str, list[Measured]], against: str) -> None:
    """A table: median seconds, peak memory, and how many times the seconds of ``against``."""
    print(f"\n{title}")
    base = seconds(found[against])
    for name, runs in found.items():
        peak = statistics.median(one.peak for one in runs)
        print(f"  {name:<42} {seconds(runs):8.3f} s  {peak:7.0f} MiB  {seconds(runs) / base:8.2f} x")


def schemas(folder: Path) -> dict[str, Path]:
    """The JSON Schemas of the record types, as peers take them: without formats of our own."""
    found = {}
    for name in TYPES:
        text = subprocess.run([*TOOL, "schema", name], check=True, capture_output=True, text=True).stdout
        found[name] = folder / f"{name}.json"
        found[name].write_text(json.dumps(_without_own_formats(json.loads(text))))
    return found


def _without_own_formats(node: object) -> object:
    if isinstance(node, dict):
        return {
            key: _without_own_formats(value)
            for key, value in node.items()
            if not (key == "format" and value in {"when", "day", "period"})
        }
    return [_without_own_formats(item) for item in node] if isinstance(node, list) else node


def _all_in_one(kept: dict[str, Path]) -> dict[str, object]:
    """One schema that sends each record to that of its type: peers then start once, as qmscheck does."""
    whole = {
        name: {**json.loads(file.read_text()), "$id": f"https://example.org/{name}"} for name, file in kept.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [
            {"if": {"properties": {"type": {"const": name}}}, "then": {"$ref": schema["$id"]}}
            for name, schema in whole.items()
        ],
        "$defs": whole,
    }


def peers(ajv: str | None, folder: Path) -> dict[str, list[list[str]]]:
    """What peers run on a folder of records: one command a record type."""
    kept = schemas(folder)
    files = {name: sorted(map(str, (folder / TYPES[name]).rglob("*.yaml"))) for name in TYPES}
    found: dict[str, list[list[str]]] = {}
    if shutil.which("check-jsonschema"):
        found["check-jsonschema, schema only"] = [
            ["check-jsonschema", "--schemafile", str(kept[name]), *files[name]] for name in TYPES if files[name]
        ]
    if ajv and Path(ajv).exists():
        options = ["validate", "--spec=draft2020", "--strict=false", "--errors=no"]
        found["ajv-cli, schema only"] = [
            [ajv, *options, "-s", str(kept[name]), "-d", f"{TYPES[name]}/**/*.yaml"] for name in TYPES if files[name]
        ]
        one = folder / "all.json"
        one.write_text(json.dumps(_all_in_one(kept)))
        found["ajv-cli, all types in one process"] = [
            [ajv, *options, "-s", str(one), "-d", f"{{{','.join(TYPES.values())}}}/**/*.yaml"]
        ]
    return found


def compare_peers(work: Path, count: int, runs: int, ajv: str | None) -> None:
    """The main job against tools that check only the schema, on the same data."""
    own, plain = work / f"r{count}", work / f"p{count}"
    generate.write(own, count)
    generate.write(plain, count, peers=True)
    works = {"qmscheck: schema, every rule, JUnit": ([[*CHECK, "--output", f"junit={work / 'out.xml'}"]], own)}
    works |= {name: (commands, plain) for name, commands in peers(ajv, plain).items()}
    name = next(iter(works))
    told(f"{count:,} records, against {name}", in_turn(works, runs), name)


def compare_growth(work: Path, counts: list[int], runs: int) -> None:
    """How time and memory grow with the number of records."""
    works = {}
    for count in counts:
        generate.write(work / f"r{count}", count)
        works[f"{count:,} records"] = ([[*CHECK, "--output", f"junit={work / 'out.xml'}"]], work / f"r{count}")
    told("growth", in_turn(works, runs), f"{counts[0]:,} records")


def staged(work: Path, counts: tuple[int, ...]) -> list[tuple[str, list[list[str]], Path]]:
    """The fast hook: nothing staged, and three changed records staged, in repositories of several sizes.

    The first of several runs learns the files that did not change; the median is that of a hook that knows them.
    """
    found = []
    for count in counts:
        for name, changed in (("nothing", 0), ("3", 3)):
            folder = work / f"s{count}-{changed}"
            generate.write(folder, count)
            git = ["git", "-c", "user.name=b", "-c", "user.email=b@example.org", "-c", "commit.gpgsign=false"]
            git += ["-c", "gc.auto=0"]  # what goes on beside is not measured, nor copied halfway
            for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Records"]):
                subprocess.run([*git, *words], cwd=folder, check=True)
            for path in sorted((folder / "changes").rglob("*.yaml"))[:changed]:
                path.write_text(path.read_text() + "x_note: staged\n")
            subprocess.run([*git, "add", "-A"], cwd=folder, check=True)
            found.append((f"{name} of {count:,}", [HOOK], folder))
            if changed and count == max(counts):
                fresh = work / "fresh"
                anew = [["rm", "-rf", str(fresh)], ["env", f"XDG_CACHE_HOME={fresh}", *HOOK]]
                found.append((f"{name} of {count:,}, nothing known", anew, folder))
                whole = folder.with_name(f"{folder.name}-standards")
                shutil.copytree(folder, whole)
                found.append((f"{name} of {count:,}, both standards", [[*HOOK, *STANDARDS]], whole))
    return found


def compare_small(work: Path, count: int, runs: int) -> None:
    """Start-up, and the hook: three named files among many."""
    folder = work / f"r{count}"
    generate.write(folder, count)
    three = [str(path.relative_to(folder)) for path in sorted((folder / "changes").rglob("*.yaml"))[:3]]
    works = {
        "python -c pass": ([[sys.executable, "-c", "pass"]], folder),
        "qmscheck --version": ([[*TOOL, "--version"]], folder),
        f"qmscheck check 3 of {count:,} files": ([[*CHECK, *three]], folder),
        **{f"--staged, {name}": (commands, where) for name, commands, where in staged(work, (200, 1_000, count))},
    }
    if shutil.which("check-jsonschema"):
        schema = schemas(work)["change"]
        works["check-jsonschema, the same 3"] = ([["check-jsonschema", "--schemafile", str(schema), *three]], folder)
    found = in_turn(works, runs)
    told("start-up and hook", found, "python -c pass")
    bare = seconds(found["python -c pass"])
    for name, measured in list(found.items())[1:]:
        print(f"  {name:<42} {1000 * (seconds(measured) - bare):8.0f} ms over bare Python")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ajv", help="path of ajv")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--growth", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=["peers", "growth", "small"])
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        os.environ["XDG_CACHE_HOME"] = str(work / "cache")
        if options.only in (None, "small"):
            compare_small(work, options.count, options.runs)
        if options.only in (None, "peers"):
            compare_peers(work, options.count, options.runs, options.ajv)
        if options.only in (None, "growth"):
            compare_growth(work, options.growth, max(1, options.runs // 2))


if __name__ == "__main__":
    main()
