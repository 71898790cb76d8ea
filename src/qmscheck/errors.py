"""What may raise: usage, configuration, rule definitions, plugins. Bad records never do (they become results)."""

from __future__ import annotations

from qmscheck.model import Location


class QmscheckError(Exception):
    """Could not run. The CLI prints it and exits with 2."""

    def __init__(self, message: str, location: Location | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.location = location

    def __str__(self) -> str:
        return f"{self.location}: {self.message}" if self.location else self.message


class UsageError(QmscheckError):
    """The command line asks for something that cannot be."""


class ConfigError(QmscheckError):
    """qmscheck.yaml is wrong; names the file and line."""


class RuleDefinitionError(QmscheckError):
    """A rule, record type, layout, standard or control is wrong; names the file and line."""


class PluginError(QmscheckError):
    """A plugin cannot be loaded or broke its contract; names the distribution."""
