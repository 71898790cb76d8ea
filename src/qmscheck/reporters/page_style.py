"""How the page of ``html`` looks; it says the same without."""

from __future__ import annotations

from typing import Final

COLOURS: Final = {
    "pass": ("#14532d", "#dcfce7"),
    "fail": ("#7f1d1d", "#fee2e2"),
    "unknown": ("#713f12", "#fef9c3"),
    "error": ("#581c87", "#f3e8ff"),
    "waived": ("#1e3a8a", "#dbeafe"),
    "not_applicable": ("#374151", "#f3f4f6"),
    "none": ("#6b7280", "#ffffff"),
}
"""Text and background of each outcome: a contrast of 4.5 at least."""

_PAGE: Final = """
body{font:16px/1.5 system-ui,sans-serif;color:#111827;background:#fff;max-width:75rem;margin:0 auto;padding:1rem}
h1{margin:0}h2{margin-top:2.5rem;border-bottom:2px solid #d1d5db}summary h3{display:inline;font-size:1rem}
summary{cursor:pointer;padding:.4rem 0}
.verdict{font-size:1.3rem;font-weight:600;padding:.75rem 1rem;border-left:.5rem solid}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;padding:0;list-style:none}
a{color:#1d4ed8}a:focus-visible,summary:focus-visible{outline:3px solid #1d4ed8;outline-offset:2px}
table{border-collapse:collapse;width:100%;margin:1rem 0}caption{text-align:left;font-weight:600}
th,td{border:1px solid #d1d5db;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
thead th{background:#f3f4f6}td ul{margin:0;padding-left:1.2rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{font-weight:600}
dd{margin:0;overflow-wrap:anywhere}
.results td:first-child,.results th:first-child{width:8rem;overflow-wrap:normal}
.signed{max-width:40rem}.signed td{height:2.5rem;width:75%}
@media print{nav{display:none}body{max-width:none;padding:0}a{color:inherit}tr{break-inside:avoid}
details::details-content{content-visibility:visible;block-size:auto}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""

STYLE: Final = _PAGE + "".join(
    f".{outcome}{{color:{text};background:{ground}}}\n" for outcome, (text, ground) in COLOURS.items()
)
