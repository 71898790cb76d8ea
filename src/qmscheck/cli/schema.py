"""``qmscheck schema``: the JSON Schemas that say what may be written."""

from __future__ import annotations

import json
from pathlib import Path

import click

from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.options import configuration_if_any, configured, one_of
from qmscheck.definitions import SCHEMAS, schema_text

_EPILOG = """\b
Examples:
  qmscheck schema                                the names there are
  qmscheck schema config > qmscheck.schema.json  for your editor:
      # yaml-language-server: $schema=qmscheck.schema.json   as first line of qmscheck.yaml
  qmscheck schema change                         the canonical form of a record type"""


@click.command("schema", epilog=_EPILOG, short_help="Print a JSON Schema.")
@click.argument("name", required=False)
@configured
@click.pass_context
def command(context: click.Context, name: str | None, config_file: Path | None, root: Path | None) -> None:
    """Print the JSON Schema (2020-12) of a file format or a record type.

    NAME is config (qmscheck.yaml), rule, record-type, layout or another file of a rule pack, report (the JSON report),
    or a record type: its canonical form, with lifecycle states. Without NAME: the names there are.
    """
    own = sorted(file.stem for file in SCHEMAS.glob("*.json"))
    if name in own:
        click.echo(_text(schema_text(str(name))))
        context.exit(ExitCode.SATISFIED)
    from qmscheck import app, plugins  # noqa: PLC0415 - only record types need packs

    config = configuration_if_any(config_file, root)
    types = app.knowledge_of(config, plugins.load(config.disabled_plugins), frozenset()).types
    if name is None:
        click.echo("Files:        " + " ".join(own))
        click.echo("Record types: " + " ".join(sorted(types)))
    else:
        one_of("schema", name, [*own, *sorted(types)])
        click.echo(_text(types[name].schema))


def _text(schema: object) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False)
