"""``qmscheck.yaml``, or ``[tool.qmscheck]`` of a ``pyproject.toml``, as frozen data (docs/configuration.md).

`load` finds, reads and checks it; every mistake raises ConfigError with file, line and the nearest right word. What
only the rest of a run can know (record types, layouts, standards, settings) is checked there.
"""

from qmscheck.config.discovery import find
from qmscheck.config.loading import defaults, load
from qmscheck.config.model import Collection, Config, Enforcement, Package, Past

__all__ = ["Collection", "Config", "Enforcement", "Package", "Past", "defaults", "find", "load"]
