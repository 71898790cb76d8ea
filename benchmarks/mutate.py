"""Damage the passing example one fact at a time, and see which damages the rules report.

    python benchmarks/mutate.py                 # every damage; some minutes
    python benchmarks/mutate.py --sample 500    # so many, always the same

A damage counts when a rule names the fact (in a condition, an expectation, a check's data) and a sound record may not
lack it. It is reported when a rule of the right area finds something that it did not find before. What nothing
reports is listed and explained, field by field: with what each rule says that names the fact, or with a sentence of
mutation/explanations.yaml. Ends with 1 where an explanation is missing or fits nothing any more, or where less than
95 % is reported. A sample is only counted.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from mutation.explanations import Explainer, unused
from mutation.tally import Judge, Tally, all_damages, sample
from mutation.workshop import Workshop

_LOOKED_AT = 2
_WANTED = 0.95
EXAMPLE = Path(__file__).parents[1] / "examples" / "provider"


def told(tally: Tally) -> None:
    """The figures."""
    reported, made = tally.share(tally.named)
    print(f"undamaged: {len(tally.baseline)} findings")
    share = f"{reported:,} ({reported / max(made, 1):.1%})"
    print(f"damaged facts that a rule names: {made:,}, reported by a rule of the right area: {share}")
    others = (("left out what a sound record may lack", tally.optional), ("no rule names it", tally.unnamed))
    for name, counts in others:
        hit, all_ = tally.share(counts)
        print(f"{name}: {all_:,} damages, reported all the same: {hit:,}")


def explained(tally: Tally, explainer: Explainer) -> list[str]:
    """Print what went unreported, each group with its reasons; what nobody has explained yet comes back."""
    open_groups = []
    print("\nunreported, though a rule names the fact:")
    for (record_type, field, kind), count in tally.missed():
        group = f"{record_type}.{field}: {kind}"
        print(f"  {group}: {len(count.missed)} of {count.made}, e.g. {count.missed[0].what}")
        reasons = {explainer.why(damage, count.rules) for damage in count.missed[:_LOOKED_AT]}
        for reason in sorted(reasons, key=lambda reason: reason.words):
            print(f"      {reason.words}")
        if not all(reason.whole for reason in reasons):
            open_groups.append(group)
    return open_groups


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, help="only so many damages")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    options = parser.parse_args()
    shop = Workshop(EXAMPLE, "2026-09-01")
    judge = Judge(shop)
    damages = list(all_damages(shop))
    tally = judge.try_all(sample(damages, options.sample) if options.sample else damages, _progress)
    if options.json:
        reported, made = tally.share(tally.named)
        json.dump({"undamaged": len(tally.baseline), "named": made, "reported": reported}, sys.stdout)
        return 0
    told(tally)
    if options.sample:
        return 0
    open_groups = explained(tally, Explainer(shop, judge.naming))
    for group in open_groups:
        print(f"nobody has explained: {group}")
    spare = unused({f"{record_type}.{field}: {kind}" for (record_type, field, kind), _ in tally.missed()})
    for pattern in spare:
        print(f"explains nothing any more: {pattern}")
    reported, made = tally.share(tally.named)
    return 1 if open_groups or spare or tally.baseline or reported < _WANTED * made else 0


def _progress(done: int) -> None:
    if sys.stderr.isatty() and not done % 100:
        print(f"\r{done:,} damages tried", end="", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
