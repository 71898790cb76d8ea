"""Every damage that goes unreported is explained, and a missing explanation is told (benchmarks/mutate.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def explanations(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from mutation import explanations

    return explanations


def damage(**parts):
    from mutation.workshop import Damage

    return Damage(**{"kind": "drop", "type": "sla", "field": "review_due_on", "subject": "s", "what": "w", **parts})


def test_the_first_pattern_that_fits_explains(explanations):
    assert "interval" in explanations.written(damage())
    assert not explanations.written(damage(kind="unheard of"))


def test_a_pattern_that_fits_nothing_is_told(explanations):
    assert "*.review_due_on: drop" in explanations.unused({"sla.valid_to: drop"})
    assert "*.review_due_on: drop" not in explanations.unused({"sla.review_due_on: drop"})
