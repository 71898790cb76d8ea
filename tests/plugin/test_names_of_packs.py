"""Packs of plugins are named by their package and its version, wherever a report, a page or an error names them."""

from __future__ import annotations

import json

import pytest

HEAD = "from pathlib import Path\nfrom qmscheck import hookimpl\nHERE = Path(__file__).parent\n"
OFFER = "@hookimpl\ndef qmscheck_packs():\n    return [{folders}]\n"
TYPE = "type: visit\ntitle: Visit\nschema: {properties: {seen: {type: string, description: What was seen.}}}\n"


def rule(identity: str) -> str:
    return (
        f"id: {identity}\nname: titled\ntitle: A change has a title\nrecord: change\ncontrols: [C-CHG]\ngrade: minor\n"
        "basis: practice\ndetects: missing\nrequires: [title]\nwhy: w\nfix: f\n"
        "examples: {pass: [{title: A}], fail: [{id: B}]}\n"
    )


def offering(*folders: str) -> str:
    return HEAD + OFFER.format(folders=", ".join(f"HERE / {folder!r}" for folder in folders))


def test_two_plugins_whose_packs_have_folders_of_one_name(site, change):
    site.add("one", offering("pack"), {"pack/change/ONE001-titled.yaml": rule("ONE001")})
    site.add(
        "two", offering("pack", "more"), {"pack/change/TWO001-titled.yaml": rule("TWO001"), "more/README": ""}, "2.1"
    )
    root = change("packs: [rules]\n")
    (root / "rules" / "change").mkdir(parents=True)
    (root / "rules" / "change" / "OWN001-titled.yaml").write_text(rule("OWN001"))
    report = json.loads(site.run(root, "check", "--format", "json").stdout)
    version = report["tool"]["version"]
    assert report["provenance"]["packs"] == [f"rules@{version}", "one@1.0", "two@2.1", "two@2.1/more", "rules"]
    assert report["provenance"]["plugins"] == ["one 1.0", "two 2.1"]


def test_what_two_plugins_define_is_told_with_both_places(site, change):
    for name in ("one", "two"):
        site.add(name, offering("pack"), {"pack/record-types/visit.yaml": TYPE})
    done = site.run(change(), "check")
    assert done.returncode == 2
    assert "two@1.0/record-types/visit.yaml:1:1: record type 'visit' is defined twice" in done.stderr
    assert "also in one@1.0/record-types/visit.yaml" in done.stderr


def test_pages_say_where_the_file_of_a_rule_is(site, change):
    site.add("one", offering("pack"), {"pack/change/ONE001-titled.yaml": rule("ONE001")})
    explained = site.run(change(), "explain", "ONE001").stdout
    assert "one@1.0/change/ONE001-titled.yaml" in explained
    assert str(site.folder / "one_plugin" / "pack" / "change" / "ONE001-titled.yaml") in "".join(explained.split())
    assert "File: `one@1.0/change/ONE001-titled.yaml`" in site.run(change(), "rules", "doc", "ONE001").stdout


def test_a_pack_outside_is_named_by_the_way_to_it(site, change, tmp_path):
    root = change()
    (root / "changes" / "qmscheck.yaml").write_text("version: 1\npacks: [../shared/rules]\n")
    (root / "shared" / "rules" / "change").mkdir(parents=True)
    (root / "shared" / "rules" / "change" / "OWN001-titled.yaml").write_text(rule("OWN001"))
    listed = json.loads(site.run(root / "changes", "rules", "list", "--select", "OWN001", "--format", "json").stdout)
    assert listed[0]["file"] == "../shared/rules/change/OWN001-titled.yaml"


def test_a_layout_may_be_called_as_a_type_is_and_both_know_their_file(site, change):
    layout = "layout: visit\ntitle: Visits\ntype: visit\nformat: csv\nsplit: rows\nfields: {id: No}\n"
    site.add("one", offering("pack"), {"pack/record-types/visit.yaml": TYPE, "pack/layouts/visit.yaml": layout})
    site.run(change(), "reference", "pages")
    assert "File: `one@1.0/record-types/visit.yaml`" in (change() / "pages" / "types" / "visit.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("settings.yaml", "settings: {days: {value: 3, description: d}}\n", "setting 'days'"),
        ("controls.yaml", "controls: {C-X: {subject: X, clauses: {}}}\n", "control 'C-X'"),
        ("profiles/mine.yaml", "profile: mine\ntitle: Mine\n", "profile 'mine'"),
        ("standards/x.yaml", "standard: x:2030\ntitle: X\nclauses: {'4': {title: Four}}\n", "standard 'x:2030'"),
        ("change/ONE001-titled.yaml", rule("ONE001"), "rule 'ONE001'"),
    ],
)
def test_whatever_is_defined_twice_is_told_with_both_files(site, change, path, text, what):
    for name in ("one", "two"):
        site.add(name, offering("pack"), {f"pack/{path}": text})
    done = site.run(change(), "check")
    assert done.returncode == 2
    assert f"two@1.0/{path}:" in done.stderr
    assert f"{what} is defined twice: also in one@1.0/{path}" in done.stderr
