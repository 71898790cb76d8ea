"""The page around the results: verdict, contents, what was run, what was left out, lines to sign."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Final

from qmscheck.model import Background, Outcome, Policy, Report
from qmscheck.reporters.findings import within
from qmscheck.reporters.html.parts import SECTIONS, SIGNS, WORDS, cells, opened, table
from qmscheck.reporters.html.script import SCRIPT
from qmscheck.reporters.html.style import STYLE
from qmscheck.reporters.markup import html
from qmscheck.reporters.verdict import Verdict, sentence, verdict

_VERDICTS: Final = {
    Verdict.SATISFIED: Outcome.PASS,
    Verdict.NOT_SATISFIED: Outcome.FAIL,
    Verdict.NOTHING_CHECKED: Outcome.ERROR,
}
_LONG: Final = ("Commit", "Rules of the commit", "Digest of the configuration")
_TARGETS: Final = {outcome: name for name, (_, outcomes) in SECTIONS.items() for outcome in outcomes}


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY: Final = (
    f"default-src 'none'; style-src {_digest(STYLE)}; script-src {_digest(SCRIPT)}; base-uri 'none'; form-action 'none'"
)
"""Our style and our script by their digests; nothing else is shown, loaded or run."""


def head(report: Report) -> Iterator[str]:
    """Everything before the contents: policy, style, verdict, counts."""
    said, outcome = html(sentence(report)), _VERDICTS[verdict(report)]
    answer, _, reasons = said.partition(": ")
    made = report.provenance
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{html(POLICY, 9_000)}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="color-scheme" content="light dark">\n'
    yield f"<title>Records: {said}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    yield '<a class="skip" href="#findings">To what was found</a>\n<header>\n'
    commit = f" · commit {html(made.commit[:12])}" if made.commit else ""
    yield f'<h1>Records as evidence</h1>\n<p class="eyebrow">qmscheck · judged as of {html(made.as_of)}{commit}</p>\n'
    yield f'<p class="verdict {outcome}"><span class="sign" aria-hidden="true">{SIGNS[outcome]}</span> '
    yield f"<strong>{answer}<span>:</span></strong> <span>{reasons}</span></p>\n"
    records, files = sum(read.records for read in report.read), sum(read.files for read in report.read)
    yield f"<p>{records:,} records in {files:,} files, judged by {len(report.rules):,} rules.</p>\n"
    yield from _warnings(report)
    counts = report.counts()
    yield '<ul class="tally">\n'
    for found, word in WORDS.items():
        none = "" if counts[found] else " zero"
        yield f'<li class="{found}{none}"><a href="#{_TARGETS[found]}"><b>{counts[found]:,}</b> '
        yield f"<span>{SIGNS[found]} {word}</span></a></li>\n"
    yield "</ul>\n</header>\n"


def _warnings(report: Report) -> Iterator[str]:
    """What makes this page worth less as evidence stands beside the verdict."""
    made = report.provenance
    said = []
    if made.dirty:
        said.append("Files had changes that are in no commit, so the commit alone does not give this result again.")
    if made.shallow:
        said.append("The clone is shallow: what history and tags would tell is missing.")
    if said:
        yield f'<p class="warning"><strong>Mind:</strong> {" ".join(said)}</p>\n'


def contents(report: Report, background: Background) -> Iterator[str]:
    """Links to the sections, and the beginning of the main part."""
    counts = report.counts()

    def listed(name: str) -> tuple[str, str, int]:
        title, outcomes = SECTIONS[name]
        return name, title, sum(counts[outcome] for outcome in outcomes)

    entries = (
        ("run", "What was run", None),
        ("clauses", "Clauses and outcomes", None),
        *(listed(name) for name in ("findings", "unknown", "waived")),
        ("questions", "What only people can judge", None),
        ("timeline", "What happened", len(background.events)),
        ("trends", "Trends and ageing", None),
        *(listed(name) for name in ("passes", "not-applicable")),
        ("left-out", "What was not judged", len(report.left_out)),
        ("signed", "Seen by", None),
    )
    yield '<nav aria-label="Sections">\n<ul>\n'
    for name, title, count in entries:
        figure = "" if count is None else f' <span class="n">{count:,}</span>'
        yield f'<li><a href="#{name}">{title}</a>{figure}</li>\n'
    yield "</ul>\n</nav>\n<main>\n"


def _failing(policy: Policy) -> str:
    if not policy.enforced:
        return "nothing"
    unknown = ", unknown" if policy.unknown_fails else ""
    return f"{policy.fail_on} and above{unknown}, error" + (
        "" if policy.time_fails else "; not what only the calendar caused"
    )


def provenance(report: Report) -> Iterator[str]:
    """What was run on what, so that somebody else can run it again."""
    made, policy = report.provenance, report.policy
    shallow = {True: "yes: history and tags cannot be told", False: "no", None: "unknown"}
    facts = {
        "Judged as of": made.as_of,
        "Commit": made.commit or "unknown",
        "Uncommitted changes": {True: "yes", False: "no", None: "unknown"}[made.dirty],
        "Shallow clone": shallow[made.shallow],
        **({"Rules of the commit": made.policy} if made.policy else {}),
        "Standards": ", ".join(made.standards) or "none chosen",
        "Configuration": within(report, made.config) if made.config else "none",
        "Digest of the configuration": made.config_digest or "none",
        "Rule packs": ", ".join(made.packs) or "none",
        "Plugins": ", ".join(made.plugins) or "none",
        "qmscheck": made.version,
        "Profile": policy.profile or "none",
        "Fails the run": _failing(policy),
    }
    yield opened("run", "What was run")
    yield '<dl class="facts">\n'
    for name, value in facts.items():
        kind = ' class="long"' if name in _LONG else ""
        yield f"<div{kind}><dt>{name}</dt><dd>{html(value)}</dd></div>\n"
    yield "</dl>\n"
    unreadable = sum(read.unreadable for read in report.read)
    told = f", {unreadable:,} unreadable" if unreadable else ""
    yield f"<details>\n<summary>What was read: {len(report.read):,} collections{told}</summary>\n"
    rows = ((read.collection, read.type, read.files, read.records, read.unreadable) for read in report.read)
    heads = ("collection", "type", "files", "records", "unreadable")
    yield from table("Collections", heads, (cells(row) for row in rows))
    yield "</details>\n</section>\n"


def left_out(report: Report) -> Iterator[str]:
    """What this run did not judge."""
    yield opened("left-out", "What was not judged")
    if report.left_out:
        yield f"<ul>{''.join(f'<li>{html(one)}</li>' for one in report.left_out)}</ul>\n"
    else:
        yield '<p class="none">Nothing was left out.</p>\n'
    yield "</section>\n"


def signatures(report: Report) -> Iterator[str]:
    """Lines to sign, which name what is signed."""
    made = report.provenance
    yield opened("signed", "Seen by", "Who signs has seen this page; whether a standard is met, only an audit can say.")
    named = f"state of {made.as_of}, commit {made.commit or 'unknown'}, configuration {made.config_digest or 'none'}"
    yield f'<p class="signing">{html(named)}</p>\n'
    yield '<table class="signed">\n<caption>Signatures</caption>\n<thead><tr>'
    yield "".join(f'<th scope="col">{word}</th>' for word in ("part", "name", "day", "signature"))
    yield "</tr></thead>\n<tbody>\n"
    for part in ("Answers for the records", "Looked at them"):
        yield f'<tr><th scope="row">{part}</th><td></td><td></td><td></td></tr>\n'
    yield "</tbody>\n</table>\n</section>\n"


def foot() -> Iterator[str]:
    """The end of the page, and the script that makes searching possible."""
    yield "</main>\n<footer>\n<p>This page says what was checked and what was found. "
    yield "Whether a standard is met, only an audit can say.</p>\n</footer>\n"
    yield f"<script>{SCRIPT}</script>\n</body>\n</html>\n"
