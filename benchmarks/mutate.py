"""Damage the passing example one fact at a time, and see which damages the rules report.

    python benchmarks/mutate.py                 # every damage; some minutes
    python benchmarks/mutate.py --sample 500    # so many, always the same

A damage counts when a rule names the fact (in a condition, an expectation, a check's data) and a sound record may not
lack it. It is reported when a rule of the right area finds something that it did not find before. What nothing
reports is listed: field by field, with what was done.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from mutation.tally import Judge, Tally, all_damages, sample
from mutation.workshop import Workshop

EXAMPLE = Path(__file__).parents[1] / "examples" / "provider"


def told(tally: Tally) -> None:
    """The figures, and what went unreported."""
    reported, made = tally.share(tally.named)
    print(f"undamaged: {len(tally.baseline)} findings")
    share = f"{reported:,} ({reported / max(made, 1):.1%})"
    print(f"damaged facts that a rule names: {made:,}, reported by a rule of the right area: {share}")
    others = (("left out what a sound record may lack", tally.optional), ("no rule names it", tally.unnamed))
    for name, counts in others:
        hit, all_ = tally.share(counts)
        print(f"{name}: {all_:,} damages, reported all the same: {hit:,}")
    print("\nunreported, though a rule names the fact:")
    for (record_type, field, kind), count in tally.missed():
        print(f"  {record_type}.{field}: {kind}: {len(count.missed)} of {count.made}, e.g. {count.missed[0].what}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, help="only so many damages")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    options = parser.parse_args()
    shop = Workshop(EXAMPLE, "2026-09-01")
    damages = list(all_damages(shop))
    tally = Judge(shop).try_all(sample(damages, options.sample) if options.sample else damages, _progress)
    if options.json:
        reported, made = tally.share(tally.named)
        json.dump({"undamaged": len(tally.baseline), "named": made, "reported": reported}, sys.stdout)
    else:
        told(tally)


def _progress(done: int) -> None:
    if sys.stderr.isatty() and not done % 100:
        print(f"\r{done:,} damages tried", end="", file=sys.stderr)


if __name__ == "__main__":
    main()
