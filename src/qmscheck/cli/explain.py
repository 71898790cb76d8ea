"""``qmscheck explain``: what a word of the tool means."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qmscheck.cli import other_pages
from qmscheck.cli.completing import explainable
from qmscheck.cli.configurations import configuration_if_any
from qmscheck.cli.options import coloured, configured, moment, nearest
from qmscheck.cli.output import write_out
from qmscheck.cli.page import Page
from qmscheck.cli.rule_page import rule_page
from qmscheck.cli.terminal import colour, width
from qmscheck.errors import UsageError

if TYPE_CHECKING:
    from qmscheck.config import Config
    from qmscheck.knowledge import Knowledge, Standard

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)*|[A-Z](?:\.[0-9]+)+")
_EDITION = re.compile(r":\d{4}$")

_EPILOG = """\b
Examples:
  qmscheck explain CHG005                  a rule, by id or name
  qmscheck explain CHG                     the rules of an area
  qmscheck explain C-CHG                   a control
  qmscheck explain iso9001:2015/8.5.6      a clause; 8.5.6 alone lists what it may mean
  qmscheck explain change                  a record type; also layouts, standards, settings, profiles
  qmscheck explain CHG005 --show-input CHG-2026-0012    exactly what the rule saw of a record, as JSON"""


@click.command("explain", epilog=_EPILOG, short_help="Explain a rule, control, clause, record type or layout.")
@click.argument("words", nargs=-1, required=True, metavar="RULE|CONTROL|CLAUSE|TYPE|LAYOUT", shell_complete=explainable)
@configured
@click.option("--show-input", "shown", metavar="RECORD", help="What the rule saw of this record (id or path), as JSON.")
@click.option("--as-of", metavar="DATE", callback=moment, help="The day to judge for, with --show-input. Default: now.")
@coloured
def command(  # noqa: PLR0917 - click passes them by name
    words: tuple[str, ...],
    config_file: Path | None,
    root: Path | None,
    shown: str | None,
    as_of: str | None,
    color: str,
) -> None:
    """Explain a word: what a rule asks for and why, what stands behind a control or clause, what a record type holds.

    A rule's page has its reason, the remedy, the clauses in each edition, the test itself, the settings it reads with
    the values that hold here, and an example that passes and one that fails. The text of the standards is not quoted.
    """
    from qmscheck import app, plugins, selection  # noqa: PLC0415 - `--help` needs no packs

    word = " ".join(words)
    selection.refuse_iso_20001(word)
    config = configuration_if_any(config_file, root)
    knowledge = app.knowledge_of(config, plugins.load(config.disabled_plugins))
    if shown is not None:
        _show_input(config, knowledge, word, shown, as_of)
        return
    page = Page(color=colour(color), width=min(width(), 100))
    explain(page, word, knowledge, config)
    write_out(page.chunks(), color=colour(color))


def _show_input(config: Config, knowledge: Knowledge, word: str, record: str, as_of: str | None) -> None:
    from qmscheck.verbs.insight import seen  # noqa: PLC0415

    rule = next((one for one in knowledge.rules.values() if word.casefold() in {one.id.casefold(), one.name}), None)
    if rule is None:
        raise UsageError(f"--show-input wants a rule; {word!r} is none")
    click.echo(json.dumps(seen(config, rule.id, record, as_of), indent=2, default=str))


def explain(page: Page, word: str, knowledge: Knowledge, config: Config) -> None:
    """Fill the page on a word. Raises UsageError with the nearest words for one that nobody knows."""
    key = word.strip().casefold()
    for rule in knowledge.rules.values():
        if key in {rule.id.casefold(), rule.name}:
            rule_page(page, rule, knowledge, config)
            return
    if key.upper() in knowledge.controls:
        other_pages.control_page(page, knowledge.controls[key.upper()], knowledge)
    elif key in knowledge.types:
        other_pages.type_page(page, knowledge.types[key], knowledge)
    elif key in knowledge.layouts:
        other_pages.layout_page(page, key, knowledge.layouts[key], knowledge)
    elif key in knowledge.profiles:
        other_pages.profile_page(page, knowledge.profiles[key], knowledge)
    elif key in knowledge.settings:
        other_pages.setting_page(page, key, knowledge, config)
    elif area := [rule for rule in knowledge.rules.values() if rule.area.casefold() == key]:
        page.title(key.upper(), "area of rules")
        other_pages.rule_list(page, area)
    elif not _standard_or_clause(page, word.strip(), knowledge):
        raise UsageError(f"nothing is called {word!r}{nearest(word, _all_words(knowledge))}")


def _standard_or_clause(page: Page, word: str, knowledge: Knowledge) -> bool:
    standards, number = split_reference(word, knowledge)
    if not standards:
        return False
    found = [standard for standard in standards if not number or number in standard.clauses]
    if not found:
        names = ", ".join(standard.id for standard in standards)
        known = sorted({one for standard in standards for one in standard.clauses})
        raise UsageError(f"{names}: no clause {number}{nearest(number, known)}")
    if not number and len(found) == 1:
        other_pages.standard_page(page, found[0], knowledge)
    elif len(found) == 1:
        other_pages.clause_page(page, found[0], number, knowledge)
    else:
        page.title(word, "may mean:")
        whole = [(one.id, one.title) for one in found]
        page.items(
            [(f"{one.id}/{number}", f"{one.clauses[number].title} ({one.status})") for one in found]
            if number
            else whole
        )
        page.text(
            "Ask for one of them: qmscheck explain " + (f"{found[0].id}/{number}" if number else found[0].id), indent=0
        )
    return True


def split_reference(word: str, knowledge: Knowledge) -> tuple[list[Standard], str]:
    """Standards and clause number of ``iso9001:2015/8.5.6``, ``iso20000-1:8.5.1``, ``8.5.6``."""
    standards = list(knowledge.standards.values())
    if _NUMBER.fullmatch(word) and not any(word in one.aliases for one in standards):
        return standards, word
    key = word.casefold()
    for standard in standards:
        if key == standard.id:
            return [standard], ""
        if key.startswith((f"{standard.id}/", f"{standard.id}:")):
            return [standard], word[len(standard.id) + 1 :]
    named = [(one, name) for one in standards for name in (*one.aliases, _EDITION.sub("", one.id))]
    for length in sorted({len(name) for _, name in named}, reverse=True):
        begun = {one.id: one for one, name in named if len(name) == length and _begins(key, name.casefold())}
        if begun:
            return list(begun.values()), word[length + 1 :]
    return [], ""


def _begins(key: str, name: str) -> bool:
    return key == name or key.startswith((f"{name}/", f"{name}:", f"{name} "))


def _all_words(knowledge: Knowledge) -> list[str]:
    rules = knowledge.rules.values()
    return [
        *(rule.id for rule in rules),
        *(rule.name for rule in rules),
        *knowledge.controls,
        *knowledge.types,
        *knowledge.layouts,
        *knowledge.profiles,
        *knowledge.settings,
        *(name for one in knowledge.standards.values() for name in (one.id, *one.aliases)),
    ]
