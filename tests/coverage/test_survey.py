from __future__ import annotations

from qmscheck.coverage import Status, coverage_of
from qmscheck.model import Outcome, Read

from .conftest import record

PASS, FAIL, UNKNOWN, WAIVED = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED


def clauses(coverage, standard=0):
    return {one.clause.number: one for one in coverage.standards[standard].clauses}


def statuses(coverage, standard=0):
    return {number: one.status for number, one in clauses(coverage, standard).items()}


def test_each_status_has_its_cause(whole):
    assert statuses(whole) == {
        "1": Status.GAPS,
        "1.1": Status.GAPS,
        "1.2": Status.STALE,
        "1.3": Status.FOUND,
        "1.4": Status.UNSEEN,
        "1.5": Status.HUMAN,
        "1.6": Status.EXCLUDED,
        "2": Status.UNTOLD,  # one of the changes could not be read
        "3": Status.STALE,  # by the control's own clause; below, nothing fails
        "3.1": Status.UNTOLD,
        "3.2": Status.FOUND,
        "4": Status.NO_RULE,
        "5": Status.NO_RECORD,
    }


def test_nothing_at_all(run, knowledge):
    coverage = coverage_of(run(), knowledge, ["red:2020"])
    assert coverage.records == 0
    assert coverage.serving == ()
    assert statuses(coverage) == {
        "1": Status.MIXED,
        "1.1": Status.NO_RECORD,
        "1.2": Status.NO_RECORD,
        "1.3": Status.NO_RECORD,
        "1.4": Status.UNSEEN,
        "1.5": Status.HUMAN,
        "1.6": Status.NO_RULE,
        "2": Status.NO_RECORD,
        "3": Status.NO_RECORD,
        "3.1": Status.NO_RECORD,
        "3.2": Status.NO_RECORD,
        "4": Status.NO_RULE,
        "5": Status.NO_RECORD,
    }


def test_a_record_counts_for_both_standards_and_once_in_the_totals(whole):
    red, blue = whole.standards
    assert clauses(whole)["1.1"].records == 3
    assert clauses(whole)["1.1"].shared == 3
    assert clauses(whole, 1)["7"].records == 3
    assert (red.records, blue.records) == (6, 4)
    assert [(group.standards, group.records, dict(group.types)) for group in whole.serving] == [
        (("red:2020", "blue:2021"), 4, {"change": 3, "tool": 1}),
        (("red:2020",), 2, {"paper": 2}),
        ((), 1, {"context": 1}),
    ]
    assert sum(group.records for group in whole.serving) == whole.records == 7


def test_results_are_counted_by_outcome(whole):
    one = clauses(whole)["1.1"]
    assert (one.counts.passing, one.counts.failing, one.counts.stale, one.counts.waived) == (1, 1, 0, 1)
    assert one.unreadable == 1
    assert dict(one.failing_rules) == {"CHG001": 1}
    assert one.rules == ("CHG001", "CHG002")


def test_newest_and_oldest_open(whole):
    one = clauses(whole)["1.1"]
    assert (one.newest, one.newest_record) == ("2026-03-01", "CHG-1")
    assert (one.open, one.oldest_open, one.oldest_open_record) == (2, "2025-12-01", "CHG-3")


def test_dates_ahead_and_unreadable_dates_are_no_news(run, knowledge):
    ahead = record("change", "A", opened_on="2027-01-01", done_on="soon", steps=[{"on": "2026-04-01"}, {"on": 5}])
    one = clauses(coverage_of(run(("CHG001", ahead, PASS)), knowledge, ["red:2020"]))["1.1"]
    assert one.newest == "2026-04-01"


def test_parents_gather_what_is_below(whole):
    top = clauses(whole)["1"]
    assert top.divided
    assert dict(top.below) == {
        Status.GAPS: 1,
        Status.STALE: 1,
        Status.FOUND: 1,
        Status.HUMAN: 1,
        Status.UNSEEN: 1,
        Status.EXCLUDED: 1,
    }
    assert list(top.below) == sorted(top.below, key=list(Status).index)
    assert top.records == 5  # three changes, a tool and the policy, none twice
    assert top.controls == ("C-CHG", "C-PAP", "C-TOO", "C-AIR")


def test_a_control_above_stands_for_the_clauses_below_as_far_as_their_evidence_goes(run, knowledge):
    report = run(
        ("PAP001", record("paper", "P1", kind="list"), PASS),
        ("PAP001", record("paper", "P2", kind="policy"), FAIL),
        ("CHG002", record("change", "C1"), FAIL),
    )
    found = clauses(coverage_of(report, knowledge, ["red:2020"]))
    assert found["3.1"].status is Status.FOUND
    assert found["3.1"].shared_controls == ("C-PAP", "C-TOO")
    assert found["3.2"].status is Status.NO_RECORD
    assert found["3.2"].rules == ("TOO001",)
    assert found["3"].counts.failing == 2, "failures of the control are not lost where no clause below takes them"
    assert found["3"].status is Status.GAPS


def test_a_pass_on_other_records_is_no_evidence(run, knowledge):
    report = run(("CHG002", record("change", "C1"), PASS))
    one = clauses(coverage_of(report, knowledge, ["red:2020"]))["1.2"]
    assert (one.status, one.records, one.counts.passing) == (Status.NO_RECORD, 0, 0)


def test_a_nil_return_is_a_record_of_what_did_not_happen(run, knowledge):
    nil = record("nil-return", "NIL-1", record_type="tool", done_on="2026-08-31")
    one = clauses(coverage_of(run(("AIR001", nil, PASS)), knowledge, ["red:2020"]))["1.3"]
    assert one.records == 1
    assert one.status is Status.NOT_JUDGED


def test_results_about_a_whole_type_count(run, knowledge):
    report = run(("TOO001", "tool", FAIL), ("TOO001", record("tool", "T"), PASS))
    found = clauses(coverage_of(report, knowledge, ["red:2020"]))
    assert found["1.3"].counts.failing == 1
    assert found["3.2"].counts.failing == 1
    assert found["1.1"].counts.failing == 0


def test_a_file_that_cannot_be_read_makes_its_clauses_untold(run, knowledge):
    read = (Read(collection="tools", type="tool", files=1, records=0, unreadable=1),)
    report = run(("ALL001", "tools/t.yaml", Outcome.ERROR), read=read)
    found = clauses(coverage_of(report, knowledge, ["red:2020"]))
    assert found["1.3"].status is Status.UNTOLD
    assert found["2"].unreadable == 1
    assert found["2"].counts.errors == 0, "counted once, as unreadable"
    assert found["1.2"].status is Status.NO_RECORD


def test_waived_and_unjudged(run, knowledge):
    report = run(
        ("TOO001", record("tool", "T", stock=0), WAIVED),
        ("CHG001", record("change", "C"), Outcome.NOT_APPLICABLE),
    )
    found = clauses(coverage_of(report, knowledge, ["red:2020"]))
    assert found["1.3"].status is Status.WAIVED
    assert found["1.1"].status is Status.NOT_JUDGED
    assert found["1.1"].reason == "no rule applies to these records"
    assert found["4"].records == 1, "a stock of 0 is a value"


def test_rules_that_did_not_run_are_told(run, knowledge):
    report = run(("ALL001", record("change", "C"), PASS), rules=("ALL001",))
    one = clauses(coverage_of(report, knowledge, ["red:2020"]))["1.1"]
    assert (one.rules, one.rules_off) == ((), ("CHG001", "CHG002"))
    assert (one.status, one.reason) == (Status.NOT_JUDGED, "switched off: CHG001, CHG002")


def test_unseen_never_hides_a_failure(run, knowledge):
    report = run(("AIR001", record("tool", "T"), FAIL))
    assert statuses(coverage_of(report, knowledge, ["red:2020"]))["1.4"] is Status.GAPS


def excluding(standard, clause, **values):
    return record("context", "CTX", not_applicable=[{"standard": standard, "clause": clause, **values}])


def test_exclusions_need_a_reason(run, knowledge):
    report = run(("CHG001", excluding("red", "1.3"), Outcome.NOT_APPLICABLE))
    one = clauses(coverage_of(report, knowledge, ["red:2020"]))["1.3"]
    assert (one.status, one.reason) == (Status.GAPS, "CTX declares it not applicable and does not say why")


def test_a_standard_may_allow_none(run, knowledge):
    report = run(("CHG001", excluding("Blue", "8", justification="no tools"), Outcome.NOT_APPLICABLE))
    one = clauses(coverage_of(report, knowledge, ["blue:2021"]))["8"]
    assert one.status is Status.GAPS
    assert one.reason == "CTX declares it not applicable, which this standard does not allow"


def test_an_exclusion_covers_what_is_below_and_the_next_edition(run, knowledge):
    below = run(("CHG001", excluding("Red : 2020", "1", justification="no work"), Outcome.NOT_APPLICABLE))
    found = statuses(coverage_of(below, knowledge, ["red:2020"]))
    assert found["1.1"] is found["1"] is Status.EXCLUDED
    assert found["3.1"] is Status.NO_RECORD
    later = statuses(coverage_of(below, knowledge, ["red:2026"]))
    assert later["1.1"] is Status.EXCLUDED
    part = run(("CHG001", excluding("red:2020", "1.1", justification="none"), Outcome.NOT_APPLICABLE))
    assert statuses(coverage_of(part, knowledge, ["red:2026"]))["1.1"] is Status.NO_RECORD, "only half of it"


def test_what_is_judged_all_the_same_stays_judged(run, knowledge):
    report = run(
        ("CHG001", excluding("red:2020", "1.1", justification="item f only"), Outcome.NOT_APPLICABLE),
        ("CHG001", record("change", "C"), PASS),
    )
    one = clauses(coverage_of(report, knowledge, ["red:2020"]))["1.1"]
    assert (one.status, one.excluded) == (Status.FOUND, "item f only")


def test_broken_declarations_are_left_to_the_rules(run, knowledge):
    for value in ("x", [1], [{"clause": "1.1"}], [{"standard": None, "clause": "1.1"}], {"standard": "red"}):
        odd = record("context", "CTX", not_applicable=value)
        found = statuses(coverage_of(run(("CHG001", odd, Outcome.NOT_APPLICABLE)), knowledge, ["red:2020"]))
        assert found["1.1"] is Status.NO_RECORD


def test_the_same_record_in_two_results_is_one(run, knowledge):
    first, second = (record("change", "C") for _ in range(2))
    report = run(("CHG001", first, PASS), ("CHG002", second, PASS))
    assert coverage_of(report, knowledge, ["red:2020"]).records == 1


def test_every_status_has_a_meaning():
    assert all(status.meaning for status in Status)
