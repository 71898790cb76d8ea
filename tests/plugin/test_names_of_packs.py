"""Packs of plugins are named by their package and its version, wherever a report, a page or an error names them."""

from __future__ import annotations

import json

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
