"""Write synthetic records for measuring: the same options give the same files, byte for byte.

    python benchmarks/generate.py --count 10000 --out /tmp/r10k

Of eight records four are changes and two documents (YAML), one is an incident and one an incident review (Markdown
with front matter). Beside them stand a service catalogue, a people register and a qmscheck.yaml. With --peers every
record is written as YAML without a body, for validators that read no Markdown; the data is the same.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import records
from records import Data

CONFIGURATION = """\
version: 1
people: people.yaml
collections:
  changes: {type: change, files: "changes/**/*.yaml"}
  documents: {type: document, files: "documents/**/*.yaml"}
  incidents: {type: incident, files: "incidents/**/*.md"}
  reviews: {type: incident-review, files: "reviews/**/*.md"}
  services: {type: service, files: "services/*.yaml"}
"""
MIX = ("change", "document", "change", "incident", "change", "document", "change", "incident-review")
FOLDERS = {"change": "changes", "document": "documents", "incident": "incidents", "incident-review": "reviews"}
MARKDOWN = frozenset({"incident", "incident-review"})

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _.,@/+-]*(?<![ .])\Z|P\d+[DM]\Z")
_WORDS_OF_YAML = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_LONG = 60
"""Longer texts are written as folded blocks."""


def generate(count: int, seed: int = 1) -> Iterator[Data]:
    """The records, in a mix; every incident review belongs to the incident before it."""
    incident: Data = {}
    for index in range(count):
        kind, rng, share = MIX[index % len(MIX)], random.Random(seed * 1_000_003 + index), index / count
        if kind == "incident-review":
            yield records.review_of(incident, index // len(MIX) + 1, rng)
        elif kind == "incident":
            incident = records.incident(index // len(MIX) + 1, rng, share)
            yield incident
        else:
            number = index // len(MIX) * MIX.count(kind) + MIX[: index % len(MIX)].count(kind) + 1
            yield (records.change if kind == "change" else records.document)(number, rng, share)


def write(out: Path, count: int, seed: int = 1, *, peers: bool = False) -> list[str]:
    """Write everything below a folder; answers with the records' paths, relative to it."""
    paths = []
    for record in generate(count, seed):
        path = path_of(record, peers=peers)
        _put(out / path, yaml_text(record) if peers else text_of(record))
        paths.append(path)
    for name in records.SERVICES:
        _put(out / f"services/{name}.yaml", yaml_text(records.service(name)))
    _put(out / "people.yaml", yaml_text(records.people()))
    _put(out / "qmscheck.yaml", CONFIGURATION)
    return paths


def path_of(record: Data, *, peers: bool = False) -> str:
    """Where a record lies."""
    kind, name, opened = str(record["type"]), str(record["id"]), str(record["created_at"])
    markdown = kind in MARKDOWN and not peers
    return f"{FOLDERS[kind]}/{opened[:4]}/{opened[5:7]}/{name}.{'md' if markdown else 'yaml'}"


def text_of(record: Data) -> str:
    """A record as its file says it."""
    return page(record) if str(record["type"]) in MARKDOWN else yaml_text(record)


def page(record: Data) -> str:
    """A Markdown page: front matter, and a body with the traps that real ones have."""
    return f"""\
---
{yaml_text(record)}---
# {record["title"]}

The facts stand above; this is what people wrote meanwhile.

```sh
# no heading
kubectl get pods
---
```

| Time | Event |
| --- | --- |
| {str(record["created_at"])[11:16]} | Alert fired |
"""


def yaml_text(data: Data) -> str:
    """YAML as people write it: blocks, plain words where they can stand, dates in quotes."""
    return "".join(f"{line}\n" for line in _lines(data, ""))


def _lines(data: Data, indent: str) -> Iterator[str]:
    for name, value in data.items():
        key = f'"{name}"' if name in _WORDS_OF_YAML else name
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from _lines(value, f"{indent}  ")
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
            yield f"{indent}{key}:"
            for item in value:
                first, *rest = _lines(item, f"{indent}    ")
                yield f"{indent}  - {first.lstrip()}"
                yield from rest
        elif isinstance(value, list):
            yield f"{indent}{key}: [{', '.join(map(_scalar, value))}]"
        elif isinstance(value, str) and len(value) > _LONG:
            yield f"{indent}{key}: >-"
            yield from _folded(value, f"{indent}  ")
        else:
            yield f"{indent}{key}: {_scalar(value)}"


def _folded(text: str, indent: str) -> Iterator[str]:
    line = ""
    for word in text.split():
        if len(line) + len(word) > 100:
            yield indent + line
            line = ""
        line += f" {word}" if line else word
    yield indent + line


def _scalar(value: object) -> str:
    if isinstance(value, str) and _PLAIN.match(value) and value not in _WORDS_OF_YAML and "," not in value:
        return value
    return json.dumps(value)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--peers", action="store_true", help="YAML only, for validators that read no Markdown")
    options = parser.parse_args()
    paths = write(options.out, options.count, options.seed, peers=options.peers)
    size = sum((options.out / path).stat().st_size for path in paths) / len(paths)
    print(f"{len(paths):,} records, {size:,.0f} bytes on average, right on {dt.date.isoformat(records.AS_OF)}")


if __name__ == "__main__":
    main()
