"""Reports: one pure function per format, ``render(report, **options)``, which yields chunks of text.

The same report renders to the same bytes on every machine: no wall clock, host name or absolute path.
"""
