"""Coverage: clause by clause, what the records of a run show, what they do not, and what no record can."""

from qmscheck.coverage.model import ClauseCoverage, Counts, Coverage, Serving, StandardCoverage, Status
from qmscheck.coverage.survey import coverage_of

__all__ = ["ClauseCoverage", "Counts", "Coverage", "Serving", "StandardCoverage", "Status", "coverage_of"]
