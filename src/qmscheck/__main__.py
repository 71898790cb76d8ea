"""The process: ``python -m qmscheck`` and the command ``qmscheck``."""

import sys

from qmscheck import __version__


def main() -> None:
    """Run the command line and end the process with its exit code."""
    if sys.argv[1:] == ["--version"]:  # answered before anything is imported
        print(f"qmscheck {__version__}")  # noqa: T201 - the one line that needs no command line library
        return
    import gc  # noqa: PLC0415

    gc.disable()  # one short run; records hold no reference cycles, looking for some costs a tenth of the time
    from qmscheck.cli import program  # noqa: PLC0415 - click costs 30 ms

    code: object = 0
    try:
        program.main(prog_name="qmscheck")
    except SystemExit as end:
        code = end.code
    _leave(code if isinstance(code, int) else 1)


def _leave(code: int) -> None:
    """End at once: taking 100,000 records apart one by one costs a quarter of a second."""
    import os  # noqa: PLC0415

    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # whoever read it is gone
            continue
    os._exit(code)


if __name__ == "__main__":
    main()
