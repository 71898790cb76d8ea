"""From a repository that nobody prepared to a proposed configuration: what ``qmscheck init`` finds, and what it cannot.

`propose` looks at the files, `configuration_text` writes the proposal as a commented ``qmscheck.yaml``.
"""

from qmscheck.adoption.collected import collected
from qmscheck.adoption.proposal import FieldFound, Proposed, propose
from qmscheck.adoption.writing import configuration_text

__all__ = ["FieldFound", "Proposed", "collected", "configuration_text", "propose"]
