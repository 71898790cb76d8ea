"""Whatever `fix` and `new` write into a file, everything else in it stays, sign for sign."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import subprocess
import sys

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qmscheck import app, config, plugins
from qmscheck.cli import program
from qmscheck.collect import tree_of
from qmscheck.drafting import Draft, inserted, lines_of, next_stem
from qmscheck.model import Source
from qmscheck.readers import read
from qmscheck.reading import Reading
from qmscheck.verbs.mending.bench import Bench, Mended

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029\ufeff\x85"),
    max_size=12,
)
ENDS = st.sampled_from(["\n", "\r\n"])
CONFIG = """version: 1
collections:
  changes: {type: change, files: changes/*.yaml}
  documents: {type: document, files: docs/*.md}
  requests: {type: service-request, files: requests.jsonl}
  risks: {layout: risk-register, files: risks.csv}
"""


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A bench on any text, as one collection reads it: what rules and types are known is read once."""
    root = tmp_path_factory.mktemp("repository")
    (root / "qmscheck.yaml").write_text(CONFIG)
    own = config.load(root)
    loaded = plugins.load()
    knowledge = app.knowledge_of(own, loaded, examples=False)
    reading = Reading(config=own, knowledge=knowledge, plugins=loaded, tree=tree_of(own))
    collections = {one.name: one for one in reading.collections()}

    def repaired(name: str, path: str, text: str, missing: dict | None = None) -> Mended:
        one = Mended(path=path, before=text, after=text)
        found = Bench(one, reading, collections[name])
        found.spell()
        subjects = [record.subject for record, _ in found._traced]
        found.complete(
            {subject: {tuple(key.split(".")): rule for key, rule in (missing or {}).items()} for subject in subjects}
        )
        return one

    return repaired


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(notes=st.lists(WORDS, min_size=1, max_size=4), comment=WORDS, end=ENDS, mark=st.booleans(), last=st.booleans())
def test_yaml_keeps_comments_order_line_ends_and_byte_order_mark(bench, *, notes, comment, end, mark, last):
    lines = [f"# {comment}", "id: CHG-2026-0001", f"requested_at:  25/03/2026   # {comment}", "", "status: Draft"]
    lines += [f"x_note_{number}: {quoted(note)}  # {comment}" for number, note in enumerate(notes)]
    before = "\ufeff" * mark + end.join(lines) + end * last
    one = bench("changes", "changes/1.yaml", before, {"reason": "CHG001"})
    there = {line: number for number, line in enumerate(lines)}
    wanted = [*lines]
    wanted[there["status: Draft"]] = "status: draft"
    kept = [line for line in one.after.removeprefix("\ufeff").split(end) if line != "reason: TODO"]
    if "25/03/2026" not in comment:
        wanted[2] = f"requested_at:  2026-03-25   # {comment}"
    assert kept[: len(wanted)] == wanted
    assert one.after.startswith("\ufeff") == mark
    assert one.after.count("\r\n") == (one.after.count("\n") if end == "\r\n" else 0)
    assert one.after.endswith(f"reason: TODO{end}")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(title=WORDS, body=WORDS, end=ENDS)
def test_front_matter_keeps_the_page(bench, title, body, end):
    page = end.join(
        ["---", "id: DOC-2026-0001", "status: Approved", f"title: {quoted(title)}", "---", f"# {body}", "---", ""]
    )
    one = bench("documents", "docs/a.md", page, {"owner": "DOC001"})
    assert one.after == page.replace("status: Approved", "status: approved", 1).replace(
        f"{end}---{end}", f"{end}owner: TODO{end}---{end}", 1
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(titles=st.lists(WORDS, min_size=1, max_size=4), end=ENDS, delimiter=st.sampled_from(",;\t"))
def test_csv_keeps_every_other_cell(bench, titles, end, delimiter):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    rows = [
        ["ID", "Title", "Reviewed On", "Note"],
        *([f"R-{n}", title, "25/03/2026", title] for n, title in enumerate(titles)),
    ]
    writer.writerows(rows)
    one = bench("risks", "risks.csv", out.getvalue())
    after = list(csv.reader(io.StringIO(one.after, newline=""), delimiter=delimiter))
    assert [[*row[:2], *row[3:]] for row in after] == [[*row[:2], *row[3:]] for row in rows]
    assert {row[2] for row in after[1:]} <= {"2026-03-25", "25/03/2026"}
    assert one.after.count("\r\n") == out.getvalue().count("\r\n")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(titles=st.lists(WORDS, min_size=1, max_size=4), end=ENDS, compact=st.booleans())
def test_json_lines_keep_every_other_value(bench, titles, end, compact):
    made = [{"id": f"REQ-2026-{n:04}", "title": title, "requested_at": "25/03/2026"} for n, title in enumerate(titles)]
    separators = (",", ":") if compact else (", ", ": ")
    before = "".join(json.dumps(one, ensure_ascii=False, separators=separators) + end for one in made)
    after = bench("requests", "requests.jsonl", before).after
    assert after == before.replace("25/03/2026", "2026-03-25")


def test_of_two_places_in_a_line_only_the_value_is_written_anew(bench):
    before = "ID,Title,Reviewed On\nR-1,Due 25/03/2026,25/03/2026\n"
    assert bench("risks", "risks.csv", before).after == "ID,Title,Reviewed On\nR-1,Due 25/03/2026,2026-03-25\n"


def test_a_shared_anchor_is_left_alone(bench):
    before = "id: CHG-2026-0001\ntitle: &word Draft\nstatus: *word\n"
    assert bench("changes", "changes/1.yaml", before).after == before


@pytest.mark.parametrize(
    "before",
    [
        "{id: CHG-2026-0001}\n",
        "{\n  id: CHG-2026-0001,\n  title: t\n}\n",
        "- id: CHG-2026-0001\n",
        "id: CHG-2026-0001\ntitle: 'a\n\n  b'\n# c\n  # d\nreason: {a: 1}\n",
    ],
)
def test_a_key_that_cannot_be_added_as_a_line_is_not_added(bench, before):
    assert bench("changes", "changes/1.yaml", before, {"reason": "CHG001"}).after == before


@given(before=st.text(st.sampled_from("ab|\r\n\u2028\x0b"), max_size=40), text=WORDS, behind=st.integers(0, 12))
def test_what_is_inserted_can_be_taken_out_again(before, text, behind):
    lines = lines_of(before)
    behind = min(behind, len(lines))
    after = inserted(before, Draft(text=text, behind=behind))
    assert "".join(lines) == before
    assert after.startswith("".join(lines[:behind]))
    assert after.endswith("".join(lines[behind:]))
    assert text in after


@given(st.lists(WORDS, max_size=5), WORDS)
def test_a_name_is_always_found(stems, title):
    assert next_stem(stems, title, "DEC", "2026-11-28") not in [stem for stem in stems if stem.isdigit()]


@pytest.mark.parametrize(
    ("stems", "wanted"),
    [
        (["2026-01-02-mail-down", "2026-02-03-dns"], "2026-11-28-new-thing-x"),
        (["0001-use-it", "0002-use-that"], "0003-new-thing-x"),
        (["PM2025-007 - Mail is Down"], "PM2026-001 - New thing X"),
        (["PM2026-007 - Mail"], "PM2026-008 - New-thing-X"),
        (["DEC-7"], "DEC-8"),
        (["index", "about"], "DEC-2026-0001"),
    ],
)
def test_names_are_like_the_others(stems, wanted):
    assert next_stem(stems, "New thing: X", "DEC", "2026-11-28") == wanted


@pytest.fixture
def tree(tmp_path):
    def write(spec: str, name: str, content: bytes):
        (tmp_path / "qmscheck.yaml").write_text(f"version: 1\ncollections:\n  things: {{{spec}}}\n")
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    return write


NEW = [
    (
        "risk",
        "layout: risk-register, files: r.csv",
        "r.csv",
        '\ufeffID;Title;Status\r\nR-1;"a;\r\nb";open',
        "R-2;x | y;open\r\n",
    ),
    (
        "service-request",
        "type: service-request, files: r.jsonl",
        "r.jsonl",
        '{"id":"REQ-2026-0001","title":"é"}\n\n',
        None,
    ),
    (
        "objective",
        'type: objective, files: o.yaml, split: {items: ""}',
        "o.yaml",
        "# ours\n- id: OBJ-2026-0001  # é\n",
        None,
    ),
    (
        "improvement",
        "type: improvement, files: i.md, split: {table: {columns: [No, What]}}, fields: {id: No, title: What}",
        "i.md",
        "| No | What | Who |\n| --- | :-: | --- |\n| IMP-2026-0001 | a \\| b | é |\n\nBelow.\n",
        "| IMP-2026-0002 | x \\| y |  |\n",
    ),
]


@pytest.mark.parametrize(("kind", "spec", "name", "before", "added"), NEW)
def test_new_adds_and_changes_nothing(tree, *, kind, spec, name, before, added):
    file = tree(spec, name, before.encode())
    done = CliRunner().invoke(
        program, ["new", kind, "--root", str(file.parent), "--as-of", "2026-11-28", "--field", "title=x | y"]
    )
    assert done.exit_code == 0, done.stderr
    after = file.read_bytes().decode()
    rest = before.partition("\n\nBelow")[0] if "Below" in before else before
    assert after.startswith(rest)
    assert after.endswith(before.removeprefix(rest))
    if added is not None:
        assert added in after
    ids = CliRunner().invoke(program, ["records", "--root", str(file.parent), "--format", "json"])
    read_again = json.loads(ids.stdout)["records"]
    assert len(read_again) == 2
    assert read_again[1]["fields"]["title"] == "x | y"


@pytest.mark.parametrize(
    ("spec", "name", "before", "message"),
    [
        ('type: objective, files: o.yaml, split: {items: ""}', "o.yaml", "[{id: OBJ-2026-0001}]\n", "by hand"),
        (
            "type: objective, files: o.yaml, split: {items: goals}",
            "o.yaml",
            "goals: [{id: OBJ-2026-0001}]\n",
            "by hand",
        ),
        ("layout: risk-register, files: r.csv", "r.csv", "ID,Title\n", "by hand"),
    ],
)
def test_new_refuses_where_it_would_change_what_is_read(tree, spec, name, before, message):
    file = tree(spec, name, before.encode())
    kind = "risk" if "risk" in spec else "objective"
    done = CliRunner().invoke(program, ["new", kind, "--root", str(file.parent), "--field", "title=x"])
    assert done.exit_code == 2
    assert message in done.stderr
    assert file.read_bytes() == before.encode()


def test_apply_keeps_the_rights_of_a_file(tree):
    file = tree("type: change, files: c.yaml", "c.yaml", b"id: CHG-2026-0001\nstatus: Draft\n")
    file.chmod(0o640)
    assert CliRunner().invoke(program, ["fix", "--root", str(file.parent), "--apply"]).exit_code == 0
    assert "status: draft\n" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o640
    assert read(Source("c.yaml", file.read_bytes()), "yaml").data["id"] == "CHG-2026-0001"


def test_at_a_terminal_it_asks_and_says_why(tree):
    """Each field with the rule, its clauses and its reason; nothing answered is a placeholder."""
    pty = pytest.importorskip("pty", reason="no pseudo-terminals here")
    file = tree("type: change, files: c/*.yaml", "c/CHG-2026-0001.yaml", b"id: CHG-2026-0001\ntitle: t\n")
    ours, theirs = pty.openpty()
    options = ["--root", str(file.parents[1]), "--as-of", "2026-11-28"]
    command = [sys.executable, "-m", "qmscheck", "new", "change", *options]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, b"New disks\nann\nmail, dns\n" + b"\n" * 30 + b"\x04")
        said = b""
        with contextlib.suppress(OSError):  # the other side closed: no error, its end
            while piece := os.read(ours, 4096):
                said += piece
        assert process.wait() == 0, said.decode()
    os.close(ours)
    told = said.decode()
    assert "no reason is given [CHG001; iso20000-1:2018/8.5.1, " in told
    assert told.count("Type and category decide how a change is assessed") == 1, "the reason of a rule is told once"
    written = yaml.safe_load((file.parent / "CHG-2026-0002.yaml").read_text())
    assert written["title"] == "New disks"
    assert "ann" in written.values()
    assert "services (a list, such as [A, B]) [TODO]:" in told
    assert written["services"] == ["mail", "dns"]
    assert "TODO" in written.values()
