"""``qmscheck schema``: the JSON Schemas that say what may be written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qmscheck.cli.configurations import configuration_if_any
from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.options import configured, one_of
from qmscheck.cli.output import write_file
from qmscheck.definitions import SCHEMAS, schema_text
from qmscheck.errors import UsageError

if TYPE_CHECKING:
    from qmscheck.schema import RecordType

_EPILOG = """\b
Examples:
  qmscheck schema                                the names there are
  qmscheck schema config > qmscheck.schema.json  for your editor:
      # yaml-language-server: $schema=qmscheck.schema.json   as first line of qmscheck.yaml
  qmscheck schema change                         the canonical form of a record type
  qmscheck schema --write .qmscheck/schemas      all of them as files, for YAML language servers"""


@click.command("schema", epilog=_EPILOG, short_help="Print a JSON Schema.")
@click.argument("name", required=False)
@click.option(
    "--write",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write every schema into DIR, one file each: config.json, rule.json, change.json …",
)
@configured
@click.pass_context
def command(
    context: click.Context, name: str | None, folder: Path | None, config_file: Path | None, root: Path | None
) -> None:
    """Print the JSON Schema (2020-12) of a file format or a record type.

    NAME is config (qmscheck.yaml), rule, record-type, layout or another file of a rule pack, report (the JSON report),
    or a record type: its canonical form, with lifecycle states. Without NAME: the names there are.

    Editors read them: `# yaml-language-server: $schema=.qmscheck/schemas/config.json` as the first line of a file makes
    a YAML language server complete keys and explain them.
    """
    if name is not None and folder is not None:
        raise UsageError("--write writes all schemas; leave out the name")
    own = sorted(file.stem for file in SCHEMAS.glob("*.json"))
    if name in own:
        click.echo(_text(schema_text(str(name))))
        context.exit(ExitCode.SATISFIED)
    from qmscheck import app, plugins  # noqa: PLC0415 - only record types need packs

    config = configuration_if_any(config_file, root)
    types = app.knowledge_of(config, plugins.load(config.disabled_plugins), frozenset()).types
    if folder is not None:
        _write(folder, own, types)
    elif name is None:
        click.echo("Files:        " + " ".join(own))
        click.echo("Record types: " + " ".join(sorted(types)))
    else:
        one_of("schema", name, [*own, *sorted(types)])
        click.echo(_text(types[name].schema))


def _write(folder: Path, own: list[str], types: Mapping[str, RecordType]) -> None:
    """Every schema as a file of its name."""
    schemas: dict[str, object] = {name: schema_text(name) for name in own}
    schemas |= {name: record_type.schema for name, record_type in types.items()}
    for name, schema in schemas.items():
        write_file(folder / f"{name}.json", [_text(schema), "\n"])
    click.echo(f"{len(schemas)} schemas in {folder}")
    click.echo(f"First line of qmscheck.yaml for your editor: # yaml-language-server: $schema={folder}/config.json")


def _text(schema: object) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False)
