"""qmscheck: evidence checks for management-system records."""

__version__ = "0.1.0"
