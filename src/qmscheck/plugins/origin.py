"""Who offers something: a plugin and its package, so that whatever is wrong with it is told to the right person."""

from __future__ import annotations

from qmscheck.errors import PluginError
from qmscheck.frozen import frozen


@frozen
class Origin:
    """A plugin by the name of its entry point, and its package with the version; no package: qmscheck itself."""

    name: str
    package: str = ""
    version: str = ""

    def __str__(self) -> str:
        return f"plugin {self.name!r} ({self.package} {self.version})" if self.package else "qmscheck itself"

    def wrong(self, told: str) -> PluginError:
        """An error to raise, about the plugin, and what to do."""
        return PluginError(f"{self} {told}; mend it, or name it under plugins.disabled in qmscheck.yaml: {self.name}")


OURS = Origin(name="qmscheck")


def crash(error: Exception) -> str:
    """An exception in one line, with the module and line that it comes from."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    at = f" ({place.tb_frame.f_globals.get('__name__')}, line {place.tb_lineno})" if place is not None else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())}{at}"
