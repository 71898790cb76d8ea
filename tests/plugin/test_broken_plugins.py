"""Whatever is wrong with a plugin is told with its name, package and line; a broken check breaks its rule alone."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from qmscheck.expression import Function, Language
from qmscheck.facts import Facts
from qmscheck.plugins import contract
from qmscheck.plugins.origin import Origin

HEAD = """\
from pathlib import Path
from qmscheck import hookimpl
from qmscheck.calendars import Untold
from qmscheck.checks import Check, Verdict
from qmscheck.expression import Function
from qmscheck.hookspec import Collector, Reader, Reporter
from qmscheck.model import Problem
"""
WHO = "plugin 'bad' (bad 1.0) "


def hook(kind: str, offer: str) -> str:
    return f"@hookimpl\ndef qmscheck_{kind}():\n    {offer}\n"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (hook("checks", "return [Check('x', print)]"), "fails in qmscheck_checks: TypeError: "),
        (hook("checks", "return [Check('x', print)]"), "(bad_plugin, line 10); give all values by name"),
        (hook("checks", "yield 1 / 0"), "ZeroDivisionError: division by zero (bad_plugin, line 10)"),
        (hook("checks", "return [print]"), "returns <built-in function print> from qmscheck_checks, which is no Check"),
        (hook("checks", "return None"), "returns None from qmscheck_checks, which is no list of Check"),
        (hook("checks", "return [Check(name='x')]"), "the Check 'x' with neither of record and whole"),
        (hook("checks", "return [Check(name='x', record=print, whole=print)]"), "'x' with both of record and whole"),
        (hook("checks", "return [Check(name='x', record='y')]"), "'x' whose record is 'y', which is no function"),
        (hook("checks", "return [Check(name=3, record=print)]"), "a Check whose name is 3, which is no word"),
        (hook("packs", "return 'rules'"), "returns 'rules' from qmscheck_packs, which is no list of Path"),
        (hook("packs", "return ['rules']"), "returns 'rules' from qmscheck_packs, which is no Path"),
        (hook("packs", "return [Path(__file__).parent / 'pak']"), "/bad_plugin/pak, which is no folder"),
        (hook("functions", "return [Function(name='f', call=print, overloads=('BOOL',))]"), "'f' whose overloads are"),
        (hook("functions", "return [Function(name='f', call=print, overloads=(('DYN', 'INT'),))]"), 'as (("STRING"'),
        (
            hook("functions", "return [Function(name='day', call=print, overloads=(('BOOL',),))]"),
            "offers a function called 'day', and so does qmscheck itself",
        ),
        (
            hook("reporters", "return [Reporter(name='csv', render=print)]"),
            "offers a reporter called 'csv', and so does qmscheck itself",
        ),
        ("def qmscheck_packs():\n    return []\n", "qmscheck_packs: the function is not marked with @hookimpl"),
        ("def packs():\n    return []\n", "offers nothing: it has none of the functions qmscheck_packs"),
        ("1 / 0", "cannot be loaded: ZeroDivisionError: division by zero (bad_plugin, line 8)"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_plugin_names_it(site, change, code, told):
    done = site.add("bad", HEAD + code).run(change(), "check")
    assert done.returncode == 2
    assert WHO in done.stderr
    assert told in done.stderr
    assert "mend it, or name it under plugins.disabled in qmscheck.yaml: bad" in done.stderr
    assert "Traceback" not in done.stderr
    change("plugins: {disabled: [bad]}\n")
    assert site.run(change("plugins: {disabled: [bad]}\n"), "check", "-qq").returncode == 1


def test_two_plugins_with_one_name_are_both_told(site, change):
    code = HEAD + hook("reporters", "return [Reporter(name='rst', render=print)]")
    done = site.add("one", code).add("two", code, version="2.1").run(change(), "check")
    assert done.returncode == 2
    assert "plugin 'two' (two 2.1) offers a reporter called 'rst', and so does plugin 'one' (one 1.0)" in done.stderr


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "def render(report, **_):\n    yield 'a'\n    raise KeyError('b')",
            "fails: KeyError: 'b' (bad_plugin, line 10)",
        ),
        ("def render(report, **_):\n    yield 3", "yields 3, which is no text"),
        ("def render(report, **_):\n    pass", "fails: TypeError: 'NoneType' object is not iterable"),
        ("def render(report):\n    yield ''", "take what it does not know with **_"),
    ],
)
def test_a_report_that_fails_names_its_plugin_and_leaves_no_file(site, change, code, told):
    site.add("bad", f"{HEAD}{code}\n{hook('reporters', 'return [Reporter(name=chr(114), render=render)]')}")
    root = change()
    done = site.run(root, "check", "--output", "r=report.txt")
    assert done.returncode == 2
    assert "the format 'r' of plugin 'bad' (bad 1.0) " in done.stderr
    assert told in done.stderr
    assert not (root / "report.txt").exists()


RULE = """\
id: BAD001
name: bad
title: Never
record: change
controls: [C-CHG]
grade: minor
basis: practice
detects: missing
check: bad
why: w
fix: f
examples: {pass: [{id: A}], fail: [{id: B}]}
"""


@pytest.mark.parametrize(
    ("kind", "says", "told"),
    [
        ("record", "yield 'no certificate'", "the check 'bad' yields 'no certificate', which is no Problem"),
        ("record", "yield Problem(message='m', path='devices.0.name')", "is a tuple, such as ('devices', 0, 'name')"),
        ("record", "yield Problem(message=3)", "a Problem whose message is 3; it is a text"),
        ("record", "return 1 / 0", "crashed: ZeroDivisionError"),
        ("whole", "yield 'x'", "the check 'bad' yields 'x', which is no Verdict(subject=…, problems=…)"),
        ("whole", "yield Verdict(subject=3)", "a Verdict on 3, which is neither a Record nor a text"),
        ("whole", "yield Verdict(subject='x', problems=('y',))", "the check 'bad' yields 'y', which is no Problem"),
        ("whole", "yield Verdict(subject='x', problems='y')", "a Verdict whose problems are 'y'"),
        ("whole", "yield Verdict(subject='x', outcome='bad')", "a Verdict whose outcome is 'bad'"),
    ],
)  # fmt: skip
def test_a_check_that_says_something_else_is_an_error_of_its_rule_alone(site, change, kind, says, told):
    code = f"{HEAD}def bad(subject, around):\n    {says}\n"
    code += hook("checks", f"return [Check(name='bad', {kind}=bad)]")
    code += hook("packs", "return [Path(__file__).parent / 'pack']")
    site.add("bad", code, {"pack/change/BAD001-bad.yaml": RULE})
    done = site.run(change("settings: {id_pattern: ''}\n"), "check", "--format", "json", "--select", "BAD001,CORE002")
    assert done.returncode == 1, done.stderr
    results = json.loads(done.stdout)["results"]
    outcomes = {one["rule"]: one["outcome"] for one in results}
    assert outcomes["BAD001"] == "error"
    assert outcomes["CORE002"] == "pass"
    assert any(told in one.get("reason", "") for one in results), results
    assert any("rule BAD001 (bad@1.0)" in one.get("reason", "") for one in results)


def test_a_reader_that_fails_is_a_file_that_cannot_be_read(site, change):
    code = "def read(source, options):\n    return {'a': 1} if b'mail' in source.content else 1 / 0\n"
    site.add("bad", f"{HEAD}{code}{hook('readers', 'return [Reader(name=chr(114), read=read)]')}")
    root = change()
    (root / "qmscheck.yaml").write_text(
        "version: 1\ncollections: {changes: {type: change, files: changes/*.yaml, format: r}}\n"
    )
    (root / "changes" / "2.yaml").write_text("id: B\n")
    done = site.run(root, "check", "--select", "CORE001")
    assert done.returncode == 1, done.stderr
    assert "the format 'r' of plugin 'bad' (bad 1.0) returns {'a': 1}, which is no Document" in " ".join(
        done.stdout.split()
    )
    assert "fails: ZeroDivisionError" in done.stdout


@pytest.mark.parametrize(
    ("says", "told"),
    [("yield 3", "yields 3, which is no mapping"), ("yield 1 / 0", "fails: ZeroDivisionError")],
)
def test_a_collector_that_fails_names_its_plugin(site, change, says, told):
    code = f"def collect(root):\n    {says}\n"
    offer = "return [Collector(name='far', origin='far', collect=collect)]"
    site.add("bad", f"{HEAD}{code}{hook('collectors', offer)}")
    root = change()
    (root / "qmscheck.yaml").write_text("version: 1\ncollections: {changes: {type: change, from: far}}\n")
    done = site.run(root, "check")
    assert done.returncode == 2
    assert f"the collector 'far' of plugin 'bad' (bad 1.0) {told}" in done.stderr


@pytest.mark.parametrize(
    ("does", "told"),
    [
        ("1 / 0", "fails: ZeroDivisionError: division by zero (bad_plugin, line 8)"),
        ("3", "returns 3, which is no BOOL"),
        ("None", "returns None, which is no BOOL"),
    ],
)
def test_a_function_that_fails_is_an_error_of_its_rule_alone(site, change, does, told):
    code = f"{HEAD}f = lambda value: {does}\n"
    code += hook("functions", "return [Function(name='f', call=f, overloads=(('STRING', 'BOOL'),))]")
    code += hook("packs", "return [Path(__file__).parent / 'pack']")
    site.add("bad", code, {"pack/change/BAD001-bad.yaml": RULE.replace("check: bad", "expect: f(record.title)")})
    done = site.run(change("settings: {id_pattern: ''}\n"), "check", "--format", "json", "--select", "BAD001,CORE002")
    results = {one["rule"]: one for one in json.loads(done.stdout)["results"]}
    assert results["BAD001"]["outcome"] == "error"
    assert results["BAD001"]["reason"] == f"rule BAD001 (bad@1.0): the function 'f' of plugin 'bad' (bad 1.0) {told}"
    assert results["CORE002"]["outcome"] == "pass"


def test_what_a_function_cannot_tell_is_unknown(site, change):
    code = f"{HEAD}def f(value):\n    raise Untold('nobody knows')\n"
    code += hook("functions", "return [Function(name='f', call=f, overloads=(('STRING', 'BOOL'),))]")
    code += hook("packs", "return [Path(__file__).parent / 'pack']")
    site.add("bad", code, {"pack/change/BAD001-bad.yaml": RULE.replace("check: bad", "expect: f(record.title)")})
    done = site.run(change(), "check", "--format", "json", "--select", "BAD001")
    [result] = json.loads(done.stdout)["results"]
    assert (result["outcome"], result["reason"]) == ("unknown", "nobody knows")


@pytest.mark.parametrize("name", sorted(contract._PYTHON))
def test_functions_may_take_and_return_each_type(name):
    values = {"BOOL": True, "BYTES": b"a", "LIST": [1], "MAP": {"a": 1}, "NULL": None, "STRING": "a"}
    values |= {"DOUBLE": 1.5, "INT": 1, "UINT": 1, "TIMESTAMP": dt.datetime(2026, 3, 1, tzinfo=dt.UTC)}
    value = {**values, "DURATION": dt.timedelta(days=1)}[name]
    whole = Function(name="f", call=lambda: value, overloads=((name,),))
    taking = Function(name="g", call=lambda given: given is not value, overloads=((name, "BOOL"),))
    watched = [contract.watched(Origin(name="bad", package="bad", version="1.0"), one) for one in (whole, taking)]
    language = Language(Facts(as_of=dt.datetime(2026, 9, 1, tzinfo=dt.UTC)), watched)
    assert isinstance(language.compile("g(f())").value(language.activation({})), bool)
