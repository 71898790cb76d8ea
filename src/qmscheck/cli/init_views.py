"""How ``qmscheck init`` shows what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmscheck.reporters.sanitise import visible

if TYPE_CHECKING:
    from qmscheck.adoption import Proposed


def table(one: Proposed, *, color: bool, width: int) -> None:
    """One proposed collection on standard output: fields with origin, share and samples, then what is left."""
    from rich.console import Console  # noqa: PLC0415 - only this command draws it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(width=width, force_terminal=color, no_color=not color, highlight=False)
    files = one.keys.get("files", "")
    where = ", ".join(map(str, files)) if isinstance(files, list) else str(files)
    where = f", in {where}" if where else ""
    read = f"layout {one.layout}" if one.layout else "in its own words"
    console.print(Text(f"\n{one.name}", style="bold"), end="")
    sampled = f"; looked into {one.read:,} of {one.files:,} files" if 0 < one.read < one.files else ""
    console.print(Text(visible(f": {one.records:,} of type {one.type}, {read}{where}{sampled}")))
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 2))
    for title in ("field", "from", "records", "such as"):
        grid.add_column(title, style="dim" if title == "from" else "", header_style="dim", overflow="fold")
    for field in one.fields:
        shown = " | ".join(field.samples)
        grid.add_row(*map(_text, (field.name, field.via, f"{field.count:,} of {one.records:,}", shown)))
    console.print(grid)
    for join in one.joins:
        console.print(Text(visible(f"  {join.sentence}")))
    for what, count, samples in one.unmapped:
        tail = f", such as {' | '.join(samples)}" if samples else ""
        console.print(Text(visible(f"  not mapped: {what}, {count:,} times{tail}"), style="dim"))
    if one.absent:
        console.print(Text(f"  not found in any: {', '.join(one.absent)}", style="dim"))
    for doubt in one.doubts:
        console.print(Text(visible(f"  cannot be told: {doubt}"), style="yellow"))


def _text(value: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a rich Text
    from rich.text import Text  # noqa: PLC0415

    return Text(visible(value))
