"""``qmscheck rules``: the list of rules, and their examples as tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qmscheck.cli import completing
from qmscheck.cli.configurations import configuration_if_any
from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.options import configured, one_of, words
from qmscheck.cli.output import write_file, write_out
from qmscheck.errors import UsageError
from qmscheck.glossary import many
from qmscheck.model import Rule
from qmscheck.reporters.sanitise import one_line
from qmscheck.schema import ANY

if TYPE_CHECKING:
    from qmscheck.config import Config
    from qmscheck.knowledge import Knowledge
    from qmscheck.plugins import Plugins

_EPILOG = """\b
Examples:
  qmscheck rules list --select CHG          the rules on changes
  qmscheck rules list --standard iso20000-1:2018 --format json
  qmscheck rules test quality/rules         run the examples of your own rules
  qmscheck rules new ACME001 quality/rules --record change --title "A change names its team"
  qmscheck rules doc ACME001                the page of a rule, in Markdown"""


@click.group("rules", epilog=_EPILOG, short_help="List the rules, or run their examples.")
def command() -> None:
    """The rules that records are judged by.

    Each is one file: the expectation, why it matters, what to do, and examples that pass and fail. The examples are
    tests of the rule.
    """


@command.command("list", epilog=_EPILOG, short_help="List the rules.")
@configured
@words("--select", "Only these: id, prefix, name, control, clause.")
@words("--ignore", "Not these.")
@words("--standard", "Only rules of these standards.", metavar="NAME")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def list_rules(  # noqa: PLR0917 - click passes them by name
    config_file: Path | None,
    root: Path | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    standard: tuple[str, ...],
    form: str,
) -> None:
    """List the rules: id, grade, record type and what is expected.

    Without options all of them, the built-in ones and those of the packs and plugins that the configuration adds.
    `qmscheck explain ID` tells more about each.
    """
    from qmscheck import selection  # noqa: PLC0415

    _, knowledge = _knowledge(configuration_if_any(config_file, root))
    rules = selection.rules(knowledge, select, ignore, selection.standards(knowledge, standard))
    rules.sort(key=lambda rule: (rule.area, rule.id))
    write_out(_json(rules) if form == "json" else _table(rules), color=False)


@command.command("test", epilog=_EPILOG, short_help="Run the examples of rules.")
@click.argument("pack", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@configured
@words("--select", "Only these: id, prefix, name, control, clause.")
@click.option("-v", "--verbose", is_flag=True, help="Show every example, not only those that do not hold.")
@click.pass_context
def test_rules(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    pack: Path | None,
    config_file: Path | None,
    root: Path | None,
    select: tuple[str, ...],
    verbose: bool,
) -> None:
    """Run the examples of rules: each must come out as its rule file says.

    Of the folder PACK, or of all packs. A failing example must fail at the place it states. Ends with 0 when all hold,
    1 when one does not, 3 when there are none.
    """
    from qmscheck import selection  # noqa: PLC0415
    from qmscheck.rulepack import builtin_pack  # noqa: PLC0415
    from qmscheck.verbs.proving import prove  # noqa: PLC0415

    config = configuration_if_any(config_file, root)
    config, shown = (config, None) if pack is None else _with_pack(config, pack)
    loaded, knowledge = _knowledge(config, pack)
    rules = list(selection.rules(knowledge, select, (), ()))
    if pack is not None:  # a folder of the same name as the built-in pack's holds only its own
        built_in = pack.resolve() == builtin_pack().resolve()
        rules = [rule for rule in rules if rule.pack == shown and rule.proven == built_in]
    total = failed = 0
    for proof in prove(knowledge, loaded, rules):
        total += 1
        failed += not proof.holds
        if verbose or not proof.holds:
            example = f"{proof.rule.id} example {proof.number} ({proof.example.expected})"
            click.echo(one_line(f"{proof.location}: {example}: {proof.wrong or 'holds'}"))
    counted = f"{many(total, 'example')} of {many(len(rules), 'rule')}"
    click.echo(f"{counted}: {total - failed:,} hold, {failed:,} do not")
    context.exit(ExitCode.NOTHING_TO_CHECK if not total else ExitCode.NOT_SATISFIED if failed else ExitCode.SATISFIED)


@command.command("new", epilog=_EPILOG, short_help="Write a rule file to start from.")
@click.argument("rule_id", metavar="ID")
@click.argument("pack", type=click.Path(file_okay=False, path_type=Path))
@configured
@click.option(
    "--record",
    required=True,
    metavar="TYPE",
    shell_complete=completing.record_types,
    help="The record type that it is about, or any.",
)
@click.option("--title", default="Say in one sentence what a record must be like", help="The expectation, a sentence.")
@click.option("--field", default="x_field", metavar="NAME", help="The field that is asked for at first.")
@click.pass_context
def new_rule(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    rule_id: str,
    pack: Path,
    config_file: Path | None,
    root: Path | None,
    record: str,
    title: str,
    field: str,
) -> None:
    """Write a rule file into the folder PACK that holds its examples as it stands: change it from there.

    `qmscheck rules test PACK` runs the examples; `packs: [PACK]` in qmscheck.yaml makes the rule judge.
    """
    from qmscheck.cli.rule_draft import draft  # noqa: PLC0415

    config = configuration_if_any(config_file, root)
    _, knowledge = _knowledge(_with_pack(config, pack)[0], pack) if pack.is_dir() else _knowledge(config)
    one_of("record type", record, [*sorted(knowledge.types), ANY])
    begun = draft(knowledge, rule_id, title, record, field)
    file = pack / record / begun.file
    if file.exists():
        raise UsageError(f"{file} is there already, and is never overwritten")
    write_file(file, [begun.text])
    click.echo(f"Wrote {file}. Next: qmscheck rules test {pack}")
    context.exit(ExitCode.SATISFIED)


@command.command("doc", epilog=_EPILOG, short_help="Print the page of a rule in Markdown.")
@click.argument("rule_id", metavar="ID", shell_complete=completing.rules)
@configured
def rule_doc(rule_id: str, config_file: Path | None, root: Path | None) -> None:
    """Print the reference page of a rule in Markdown: what it asks, why, the test, its examples."""
    from qmscheck.reference.rule_pages import rule_page  # noqa: PLC0415
    from qmscheck.reference.web import Web  # noqa: PLC0415

    _, knowledge = _knowledge(configuration_if_any(config_file, root))
    one_of("rule", rule_id, sorted(knowledge.rules))
    write_out([rule_page(Web(knowledge), knowledge.rules[rule_id], alone=True)], color=False)


def _knowledge(config: Config, pack: Path | None = None) -> tuple[Plugins, Knowledge]:
    """All that is known; of a pack that an installed plugin holds a copy of, the folder counts."""
    from qmscheck import app, plugins, rulepack  # noqa: PLC0415

    loaded = plugins.load(config.disabled_plugins)
    if pack is not None:
        loaded = replace(loaded, packs=tuple(rulepack.beside(loaded.packs, pack)))
    return loaded, app.knowledge_of(config, loaded)


def _with_pack(config: Config, pack: Path) -> tuple[Config, str]:
    """The configuration with a pack that it may not name yet, and the name that the pack's rules carry."""
    from qmscheck.rulepack import builtin_pack  # noqa: PLC0415
    from qmscheck.terms import shown_pack  # noqa: PLC0415

    folder = pack.resolve()
    if folder == builtin_pack().resolve():
        return config, "rules"
    known = next((one for one in config.packs if one.resolve() == folder), None)
    if known is None:
        known = folder
        config = replace(config, packs=(*config.packs, folder))
    return config, shown_pack(known, config)


def _table(rules: Sequence[Rule]) -> Iterator[str]:
    yield f"{'rule':10} {'grade':11} {'record':20} expectation\n"
    for rule in rules:
        yield one_line(f"{rule.id:10} {rule.grade:11} {rule.record:20} {rule.title}") + "\n"


def _json(rules: Sequence[Rule]) -> Iterator[str]:
    yield "["
    for number, rule in enumerate(rules):
        row = {
            "id": rule.id,
            "name": rule.name,
            "title": rule.title,
            "record": rule.record,
            "grade": rule.grade,
            "basis": rule.basis,
            "detects": rule.detects,
            "controls": rule.controls,
            "pack": rule.pack,
            "file": rule.location.path if rule.location else None,
        }
        yield (",\n" if number else "\n") + json.dumps(row, ensure_ascii=False)
    yield "\n]\n"
