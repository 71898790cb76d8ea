"""Words that a shell completes: rules, record types, what can be explained, as the configuration here knows them.

`_QMSCHECK_COMPLETE=bash_source qmscheck` (or zsh_source, fish_source) prints what a shell needs for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmscheck.cli.configurations import configuration_if_any
from qmscheck.errors import QmscheckError

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

    from qmscheck.knowledge import Knowledge


def record_types(context: click.Context, parameter: click.Parameter, word: str) -> list[CompletionItem]:  # noqa: ARG001
    """Record types and their titles."""
    known = _known(context)
    return _items({name: one.title for name, one in known.types.items()} if known else {}, word)


def rules(context: click.Context, parameter: click.Parameter, word: str) -> list[CompletionItem]:  # noqa: ARG001
    """Ids of rules and what they expect."""
    known = _known(context)
    return _items({name: rule.title for name, rule in known.rules.items()} if known else {}, word)


def profiles(context: click.Context, parameter: click.Parameter, word: str) -> list[CompletionItem]:  # noqa: ARG001
    """Profiles and what they are for."""
    known = _known(context)
    return _items({name: one.title for name, one in known.profiles.items()} if known else {}, word)


def explainable(context: click.Context, parameter: click.Parameter, word: str) -> list[CompletionItem]:
    """Rules, record types, controls, layouts and profiles."""
    known = _known(context)
    others = {name: one.subject for name, one in known.controls.items()} if known else {}
    others |= {name: str(one.get("title", "")) for name, one in known.layouts.items()} if known else {}
    others |= {name: one.title for name, one in known.profiles.items()} if known else {}
    return [*rules(context, parameter, word), *record_types(context, parameter, word), *_items(others, word)]


def _items(known: dict[str, str], word: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - only shells pay for it

    before, comma, last = word.rpartition(",")
    return [
        CompletionItem(f"{before}{comma}{name}", help=told.splitlines()[0] if told else None)
        for name, told in sorted(known.items())
        if name.startswith(last)
    ]


def _known(context: click.Context) -> Knowledge | None:
    """Everything that is known here; nothing where the configuration is broken: a shell wants no message."""
    from qmscheck import app, plugins  # noqa: PLC0415

    try:
        config = configuration_if_any(context.params.get("config_file"), context.params.get("root"))
        return app.knowledge_of(config, plugins.load(config.disabled_plugins), examples=False)
    except (QmscheckError, OSError):
        return None
