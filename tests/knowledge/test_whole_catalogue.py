"""Every rule of the domain catalogue ships with its grade, basis, clauses and traps, or its data say why not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from qmscheck import selection
from qmscheck.knowledge import Knowledge
from qmscheck.rulepack import builtin_pack, load_packs

KNOWN: Knowledge = load_packs([("rules", builtin_pack())])
TESTS = Path(__file__).parents[1]
CATALOGUE = yaml.safe_load((Path(__file__).parent / "catalogue.yaml").read_text("utf-8"))
SHIPPED = {name: entry for name, entry in CATALOGUE.items() if "merged" not in entry}
EDITIONS = {"iso9001": "iso9001:2015", "iso20000-1": "iso20000-1:2018"}


def notes(name: str) -> set[str]:
    return {example.note.removeprefix("trap: ") for example in KNOWN.rules[name].examples}


def test_the_catalogue_is_whole():
    assert len(CATALOGUE) == 275
    assert sum(entry.get("first", False) for entry in CATALOGUE.values()) == 96


def test_what_is_not_shipped_is_reported_by_another_rule_and_says_why():
    assert not set(SHIPPED) - set(KNOWN.rules)
    for name, entry in CATALOGUE.items():
        if "merged" in entry:
            assert name not in KNOWN.rules
            assert entry["merged"] in KNOWN.rules
            assert len(entry["because"]) > 40


@pytest.mark.parametrize("name", SHIPPED)
def test_grade_and_basis_are_those_of_the_catalogue(name):
    rule, entry = KNOWN.rules[name], CATALOGUE[name]
    assert (rule.grade, rule.basis) == (entry["grade"], entry["basis"])
    regraded = rule.definition.get("regrade", {})
    assert regraded.get("grade") == entry.get("regraded") or name == "REL008"  # a moved tag: a trap of the catalogue


@pytest.mark.parametrize("name", SHIPPED)
def test_a_rule_reaches_the_clauses_that_the_catalogue_names_and_asks_for_no_standard_that_it_does_not(name):
    rule, wanted = KNOWN.rules[name], CATALOGUE[name]["clauses"]
    for family, edition in EDITIONS.items():
        named = [one for control in rule.controls for one in KNOWN.controls[control].clauses.get(edition, ())]
        reached = [one for one in named if rule.asked_by(edition)]
        for number in wanted.get(family, ()):
            assert any(_one_holds_the_other(number, one) for one in reached), (
                f"{name} does not reach {edition}/{number}"
            )
        if family not in wanted and name not in SPOKEN_OF_BESIDES:
            assert not reached, f"{name} speaks of {edition}, the catalogue does not"


SPOKEN_OF_BESIDES = frozenset({"CORE015", "PLC002", "SMP001"})
"""Rules for which the catalogue has a clause in brackets: of another edition, or where it helps."""


def _one_holds_the_other(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_trap_is_shown(name):
    entry = CATALOGUE[name]
    shown = notes(entry.get("merged", name))
    for trap, proof in entry.get("traps", {}).items():
        if isinstance(proof, dict):
            assert (TESTS.parent / proof["test"]).exists(), trap
        else:
            assert proof in shown, f"{name}: {trap}"


def test_only_rules_on_editions_know_an_edition():
    """Switching the edition of a standard switches clauses, and no rule."""
    knowing = [rule.id for rule in KNOWN.rules.values() if "iso9001:20" in str(_decides(rule.definition))]
    assert knowing == ["PLC002"]  # asked by the edition of 2026; the catalogue wants it off for 2015


def _decides(definition):
    return [definition.get(key) for key in ("when", "where", "among", "expect", "requires", "only", "regrade", "with")]


@pytest.mark.parametrize("family", EDITIONS)
def test_rules_asked_by_one_standard_only_are_left_out_of_a_run_for_the_other(family):
    others = [edition for name, edition in EDITIONS.items() if name != family]
    chosen = {rule.id for rule in selection.rules(KNOWN, (), (), tuple(others))}
    limited = {rule.id for rule in KNOWN.rules.values() if rule.only == (family,)}
    assert limited
    assert not limited & chosen
