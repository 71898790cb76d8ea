"""How the page looks, light, dark and on paper; it says the same without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LIGHT: Final = {
    "pass": ("#14532d", "#dcf5e3"),
    "fail": ("#8a1212", "#fde2e0"),
    "unknown": ("#6b4000", "#fdf0c8"),
    "error": ("#5b1a86", "#f1e4fb"),
    "waived": ("#1e3a8a", "#dfe9fd"),
    "not_applicable": ("#3f4650", "#eceff3"),
}
DARK: Final = {
    "pass": ("#a5e6b9", "#12321f"),
    "fail": ("#ffb8b1", "#471514"),
    "unknown": ("#f5d682", "#3d2c05"),
    "error": ("#e2c2fa", "#351648"),
    "waived": ("#b9cffb", "#172a55"),
    "not_applicable": ("#c6ccd5", "#272d36"),
}
"""Text and ground of each outcome, on light and on dark paper: a contrast of 4.5 at least, either way round."""
PAPER: Final = {
    "light": {"paper": "#ffffff", "ink": "#171b22", "soft": "#555d6a", "line": "#d5dae1", "wash": "#f5f7f9"},
    "dark": {"paper": "#12151a", "ink": "#e6e9ee", "soft": "#a4adba", "line": "#353c47", "wash": "#1b2027"},
}
_LINK: Final = {"light": "#1746a8", "dark": "#9dbdff"}


def _variables(scheme: str, outcomes: Mapping[str, tuple[str, str]]) -> str:
    colours = {**PAPER[scheme], "link": _LINK[scheme]}
    for outcome, (text, ground) in outcomes.items():
        colours |= {f"{outcome}-t": text, f"{outcome}-g": ground}
    return "".join(f"--{name}:{value};" for name, value in colours.items())


_OUTCOMES: Final = "".join(
    f".{name},.rule[data-outcome={name}]{{--t:var(--{name}-t);--g:var(--{name}-g)}}\n" for name in LIGHT
)

_PAGE: Final = """
*{box-sizing:border-box}
html{scroll-padding-top:5rem;-webkit-text-size-adjust:100%}
body{font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
color:var(--ink);background:var(--paper);margin:0 auto;overflow-wrap:break-word;max-width:86rem;padding:0 2rem 4rem;
display:grid;grid-template:"h h" auto "n m" 1fr "f f" auto/14.5rem minmax(0,1fr);column-gap:3.25rem}
header{grid-area:h;padding:2.25rem 0 2.25rem}main{grid-area:m;min-width:0}footer{grid-area:f}
nav{grid-area:n;position:sticky;top:0;align-self:start;
max-height:100vh;overflow:auto;padding:1.5rem 0;font-size:.875rem}
nav ul{list-style:none;margin:0;padding:0;border-left:2px solid var(--line)}
nav a{color:var(--ink);text-decoration:none}nav a:hover{text-decoration:underline}
nav li{display:flex;justify-content:space-between;gap:1rem;padding:.28rem 0 .28rem 1rem}
h1,h2,h3{line-height:1.25;text-wrap:balance}
h1{font-size:1.15rem;font-weight:700;margin:0;letter-spacing:-.01em}
h2{font-size:1.45rem;font-weight:650;letter-spacing:-.015em;margin:0 0 .5rem}
h3{font-size:1rem;font-weight:650;margin:2rem 0 .6rem}
section{padding:1.75rem 0 2.5rem}section+section,form+section{border-top:1px solid var(--line)}
p,ul{max-width:46rem}
.code,.where,.facts .long dd,.signing{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,
"DejaVu Sans Mono",monospace}
.code,.where{font-size:.86em}.facts .long dd,.signing{font-size:.75rem;line-height:1.8;letter-spacing:-.03em}
.eyebrow{margin:.1rem 0 1.25rem;max-width:none;font-size:.875rem;color:var(--soft);overflow-wrap:anywhere}
.verdict{display:grid;grid-template-columns:auto 1fr;column-gap:1.1rem;align-items:center;max-width:none;margin:0;
padding:1.35rem 1.5rem;border-radius:.75rem;background:var(--g);color:var(--ink);font-size:1.1rem;line-height:1.4}
.verdict .sign{grid-row:1/3;display:grid;place-items:center;width:3.4rem;height:3.4rem;border-radius:50%;
background:var(--t);color:var(--paper);font-size:1.7rem;font-weight:700;line-height:1}
.verdict strong{font-size:clamp(1.5rem,3vw,2rem);font-weight:700;letter-spacing:-.025em;line-height:1.15;color:var(--t)}
.verdict strong span{display:none}.verdict>span:last-child{grid-column:2}
.verdict+p{margin:1rem 0 0;color:var(--soft)}
.warning{border-left:.25rem solid var(--unknown-t);padding:.1rem 0 .1rem 1rem}
.note,.none,.id,.basis,.signing{color:var(--soft)}.note{margin:0 0 1.25rem}
.id,.number{font-variant-numeric:tabular-nums}.id{font-size:.88em;white-space:nowrap}
.n{font-variant-numeric:tabular-nums;color:var(--soft)}
.tally{display:grid;grid-template-columns:repeat(6,1fr);list-style:none;padding:0;margin:1.25rem 0 0;max-width:none;
border:1px solid var(--line);border-radius:.75rem;overflow:hidden}
.tally li+li{border-left:1px solid var(--line)}
.tally a{display:block;padding:.85rem 1.1rem .8rem;color:var(--t);text-decoration:none;height:100%;
box-shadow:inset 0 .22rem var(--t)}
.tally b{display:block;font-size:1.65rem;line-height:1.15;font-weight:650;letter-spacing:-.02em;
font-variant-numeric:tabular-nums}
.tally span{font-size:.875rem}.tally a:hover{background:var(--g)}.tally a:hover span{text-decoration:underline}
.tally .zero a{color:var(--soft);box-shadow:inset 0 .22rem var(--line)}
a{color:var(--link);text-underline-offset:.15em;text-decoration-thickness:1px}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
.tally a:focus-visible{outline-offset:-4px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.5rem 1rem;z-index:2}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.35rem 1.5rem;margin:1rem 0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;max-width:46rem}
.facts{grid-template-columns:repeat(auto-fill,minmax(12.5rem,1fr));grid-auto-flow:dense;gap:1rem 2rem}
.facts dt{font-size:.82rem}.facts dd{font-variant-numeric:tabular-nums}.facts .long{grid-column:span 2}
details{margin:.5rem 0}summary{cursor:pointer;padding:.55rem 0}summary h3{display:inline;margin:0}
.rule{border:1px solid var(--line);border-left:.28rem solid var(--t);border-radius:.5rem;
margin:.75rem 0;padding:0 1.25rem;
content-visibility:auto;contain-intrinsic-size:auto 3.2rem}
.rule>summary{display:flex;flex-wrap:wrap;align-items:baseline;gap:.15rem .75rem;padding:.8rem 0;list-style:none}
.rule>summary::-webkit-details-marker{display:none}
.rule>summary::before{content:"\\25b8" / "";color:var(--soft);margin-right:-.1rem}
.rule[open]>summary::before{content:"\\25be" / ""}
.rule>summary h3{flex:1 1 20rem;text-wrap:pretty}.rule h3 .code{margin-right:.35rem}
.rule[open]{padding-bottom:1rem}.rule[open]>summary{border-bottom:1px solid var(--line);margin-bottom:.9rem}
.rule[data-outcome=pass],.rule[data-outcome=not_applicable]{border-width:0 0 1px;
border-radius:0;margin:0;padding:0 .25rem}
.rule[data-outcome=pass]>summary,.rule[data-outcome=not_applicable]>summary{padding:.5rem 0}
.rule[data-outcome=pass] h3,.rule[data-outcome=not_applicable] h3{font-weight:400}
.grade,.badge{display:inline-block;font-size:.78rem;font-weight:600;line-height:1.4;padding:.08rem .5rem;
border-radius:.3rem;white-space:nowrap}
.grade{border:1px solid var(--line);color:var(--soft)}.grade.major{color:var(--ink);border-color:var(--ink)}
.basis,summary .n{font-size:.85rem}summary .n{margin-left:.35rem}.rule>summary .n{min-width:2.2rem;text-align:right}
.rule>summary .basis{min-width:5.4rem}.rule>summary .grade{min-width:6.1rem;text-align:center}
.badge{color:var(--t);background:var(--g);white-space:normal}
.wide{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;font-weight:650;font-size:1rem;padding:.25rem 0 .5rem}
th,td{padding:.42rem .6rem;text-align:left;vertical-align:top;
border-bottom:1px solid var(--line);overflow-wrap:anywhere}
thead th{color:var(--soft);font-weight:600;font-size:.8rem;white-space:nowrap;border-bottom-color:var(--soft)}
tbody th{font-weight:400}td.n{text-align:right;white-space:nowrap;color:var(--ink)}td ul{margin:0;padding-left:1.1rem}
.results td:first-child{width:8.5rem}.results .where{width:36%}.rule>table tr:last-child td{border-bottom:0}
.waivers td:first-child{white-space:nowrap;width:7.5rem;font-variant-numeric:tabular-nums}
.waivers td:nth-child(2){width:26%}.waivers .where{width:24%}.waivers{min-width:44rem}
.matrix{min-width:54rem}.matrix tbody th{width:25%;min-width:13rem}
.matrix td.n{border:2px solid var(--paper);border-radius:.45rem}.matrix td.n,.matrix thead th{padding-inline:.4rem}
.matrix thead th:not(:first-child,:nth-last-child(-n+2)){text-align:right}
.matrix td:not(.n){overflow-wrap:normal}.matrix td:nth-last-child(2):not(.n){width:9rem}
.matrix td:last-child:not(.n){min-width:12.5rem}
.matrix td:nth-last-child(2) .id{display:block}.matrix td:last-child:not(.n) a{margin-right:.3rem}
.matrix .number{color:var(--soft);margin-right:.35rem}
.matrix .d0{font-weight:650}.matrix .d1{padding-left:1.2rem}.matrix .d2{padding-left:2.4rem}
.matrix .d3{padding-left:3.6rem}
td.zero{color:var(--soft)!important}
.h1,.h2{color:var(--t)!important;background:var(--g)}
.h1{background:color-mix(in srgb,var(--g) 45%,var(--paper))}
.h3{color:var(--paper)!important;background:var(--t);font-weight:650}
.events{min-width:40rem}.events td:first-child{white-space:nowrap}.events td:last-child{font-size:.86em}
.places{columns:22rem;column-gap:2rem;list-style:none;padding:0 0 0 1.1rem;margin:0;max-width:none;font-size:.86rem}
.places li{overflow-wrap:anywhere;break-inside:avoid;padding:.1rem 0}
.reason{margin:.6rem 0 .2rem;font-weight:600}
.questions{padding-left:0;list-style:none;max-width:54rem}
.questions li{display:grid;grid-template-columns:4.5rem 1fr;padding:.4rem 0;border-bottom:1px solid var(--line)}
#filter{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.5rem 1.25rem;align-items:center;
background:var(--paper);padding:.65rem 0;border-block:1px solid var(--line)}#filter[hidden]{display:none}
#filter label{font-size:.85rem;color:var(--soft);display:flex;align-items:center;gap:.5rem}
#filter label:first-child{flex:1 1 18rem}#filter input{flex:1 1 8rem;min-width:0}
#filter p{flex:1 1 100%;margin:0;font-size:.9rem}#filter p:empty{display:none}
input,select,button{font:inherit;font-size:.9rem;color:var(--ink);background:var(--paper);border:1px solid var(--soft);
border-radius:.4rem;padding:.3rem .6rem;min-height:2.2rem}button{cursor:pointer;background:var(--wash)}
.chart{font-size:13px;max-width:100%;height:auto;display:block}.wide .chart{min-width:40rem}
.mark{fill:var(--link);fill-opacity:.8}.mark.bad{fill:var(--fail-t);fill-opacity:1}.grid,.lane{stroke:var(--line)}
.small-charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1.5rem 2.5rem}
figure{margin:0}figcaption{font-size:.875rem}.small-charts .chart{width:100%;font-size:11px;color:var(--soft)}
.signed{max-width:46rem;table-layout:fixed}.signed td,.signed tbody th{height:3.4rem;vertical-align:bottom}
.signed td{border-bottom-color:var(--ink);border-left:1rem solid var(--paper)}
footer{color:var(--soft);border-top:1px solid var(--line);padding-top:1rem}
@media (max-width:62rem){body{display:block;padding:0 1.25rem 3rem}header{padding-top:1.5rem}
nav{position:static;max-height:none;padding:0 0 1rem}nav ul{columns:2 14rem;column-gap:2rem;border:0}
nav li{padding:.3rem 0;break-inside:avoid}html{scroll-padding-top:1rem}
#filter{position:static}}
@media (max-width:40rem){dl{display:block}dt{margin-top:.6rem;font-size:.85rem}.rule{padding:0 .9rem}
.facts{display:grid;grid-template-columns:1fr 1fr;gap:.2rem 1.25rem}.rule>summary h3{flex-basis:12rem}
.results,.results tbody,.results tr,.results td{display:block}.results thead{display:none}.results[class] td{width:auto;
border:0;padding:.15rem 0}
.results tr{border-bottom:1px solid var(--line);padding:.5rem 0}.results tr[hidden]{display:none}
.tally{grid-template-columns:repeat(3,1fr)}.tally li{border:0 solid var(--line);border-width:0 1px 1px 0!important}
.tally a{padding:.7rem .8rem}.tally b{font-size:1.35rem}.tally span{font-size:.8rem;white-space:nowrap}
.verdict{padding:1rem 1.1rem;font-size:1rem;column-gap:.9rem}
.verdict .sign{width:2.6rem;height:2.6rem;font-size:1.3rem}.questions li{grid-template-columns:3.6rem 1fr}}
"""

_PRINT: Final = """
@page{size:A4;margin:16mm 14mm 18mm;@bottom-right{content:counter(page) " / " counter(pages);font:8pt sans-serif}}
@media print{html{font-size:9pt}body{display:block;max-width:none;padding:0}nav,#filter,.skip{display:none!important}
header{padding:0 0 1rem}a{color:inherit;text-decoration:none}.wide{overflow:visible}
.matrix,.events,.waivers{min-width:0}
h2,h3,summary,caption,thead{break-after:avoid}tr,li,figure,svg,.about,.verdict,.tally{break-inside:avoid}
.wide .chart{min-width:0}.rule{content-visibility:visible;border-radius:0;border-width:1px 0 0;padding:0}
.rule[open]>summary{border:0;margin:0}
:not([data-outcome=not_applicable])::details-content{content-visibility:visible;block-size:auto}

summary{list-style:none}summary::-webkit-details-marker{display:none}.rule>summary::before{display:none}
details:not(.rule)>summary+.wide>table>caption{display:none}
section{padding:.8rem 0 1rem}.facts{grid-template-columns:repeat(4,1fr)}
section[aria-labelledby=signed]{break-inside:avoid}.matrix tbody th{min-width:8rem;width:26%}
.matrix td.n{width:auto;border-radius:0}.matrix td:nth-last-child(2):not(.n){width:auto}
.places{columns:3;font-size:7.5pt}td .id{white-space:normal}.small-charts{grid-template-columns:repeat(3,1fr)}
.matrix td:not(.n){min-width:5rem}.matrix td .id{white-space:nowrap}
.matrix td a{display:inline-block}th,td{padding:.2rem .4rem}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""

STYLE: Final = (
    f":root{{color-scheme:light dark;{_variables('light', LIGHT)}}}\n"
    f"@media screen and (prefers-color-scheme:dark){{:root{{{_variables('dark', DARK)}}}}}\n"
    f"{_OUTCOMES}{_PAGE}{_PRINT}"
)
