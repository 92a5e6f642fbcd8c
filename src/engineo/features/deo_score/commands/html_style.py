"""Style and script of the HTML report: no other file is needed to show it."""

STYLE = """
:root{color-scheme:light dark;--back:#fff;--fore:#1c1e21;--dim:#5c636b;--line:#dfe3e8;--card:#f6f7f9;--link:#0b5cad;
--good:#1a7f4b;--fair:#9a6700;--poor:#b42318;--critical:#8f1d14;--high:#b42318;--medium:#9a6700;--low:#57606a}
@media (prefers-color-scheme:dark){:root{--back:#14161a;--fore:#e8eaed;--dim:#9aa3ad;--line:#2d333b;--card:#1c2026;
--link:#7ab7f5;--good:#4cc38a;--fair:#e2b340;--poor:#ff7b6b;--critical:#ff8f81;--high:#ff7b6b;--medium:#e2b340;
--low:#9aa3ad}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--fore);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:960px;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:0}h2{font-size:1.2rem;margin:2.5rem 0 .75rem}h3{font-size:1rem;margin:0}
p{margin:.35rem 0}a{color:var(--link);overflow-wrap:anywhere}small,.dim{color:var(--dim);font-size:.875rem}
.top{display:flex;gap:2rem;align-items:center;flex-wrap:wrap}.top>div{flex:1 1 20rem}
.gauge{flex:0 0 auto;width:200px}.gauge text{fill:var(--fore);text-anchor:middle;font-weight:700}
.gauge .back{stroke:var(--line)}.good{--mark:var(--good)}.fair{--mark:var(--fair)}.poor{--mark:var(--poor)}
.none{--mark:var(--dim)}.gauge .arc{stroke:var(--mark)}.word{color:var(--mark);font-weight:700}
.notice{border-left:4px solid var(--poor);background:var(--card);padding:.6rem 1rem;margin:1rem 0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(210px,1fr));gap:.9rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.9rem 1rem}
.card header{display:flex;justify-content:space-between;align-items:baseline}.card b{font-size:1.4rem;color:var(--mark)}
.bar{height:6px;border-radius:3px;background:var(--line);margin:.15rem 0 .55rem;overflow:hidden}
.bar i{display:block;height:100%;background:var(--mark)}dl{margin:.5rem 0 0}dt{font-size:.875rem;display:flex;
justify-content:space-between;gap:.5rem}dd{margin:0}
.chips{display:flex;gap:.5rem;flex-wrap:wrap;margin:.5rem 0 1rem}
.chips label{border:1px solid var(--line);border-radius:999px;padding:.15rem .8rem;font-size:.875rem;cursor:pointer}
.chips input{margin:0 .35rem 0 0;vertical-align:-1px}
details{border:1px solid var(--line);border-radius:8px;margin:.5rem 0;background:var(--card)}
summary{display:grid;grid-template-columns:5.2rem 1fr auto;gap:.75rem;align-items:baseline;padding:.55rem .9rem;
cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}summary:focus-visible,a:focus-visible{outline:2px solid var(--link)}
.points{color:var(--good);font-variant-numeric:tabular-nums;font-weight:600;white-space:nowrap}
.badge{color:var(--tone);border:1px solid var(--tone);border-radius:4px;font-size:.75rem;text-align:center;
text-transform:uppercase;letter-spacing:.03em}
.critical{--tone:var(--critical)}.high{--tone:var(--high)}.medium{--tone:var(--medium)}.low{--tone:var(--low)}
.inside{border-top:1px solid var(--line);padding:.6rem .9rem .9rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.875rem;margin-top:.6rem}
td{border-top:1px solid var(--line);padding:.25rem .5rem .25rem 0;vertical-align:top}td+td{color:var(--dim)}
.passed::before{content:"\\2713\\20"}.failed::before{content:"\\2717\\20"}.failed{color:var(--poor);font-weight:600}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:1rem}
@media print{body{font-size:11pt}main{max-width:none;padding:0}.chips{display:none}.card,details{break-inside:avoid;
background:none}a{color:inherit;text-decoration:none}}
"""

SCRIPT = """
const boxes=[...document.querySelectorAll('.chips input')];
const show=()=>{const on=new Set(boxes.filter(b=>b.checked).map(b=>b.value));
document.querySelectorAll('details').forEach(d=>{d.hidden=!on.has(d.dataset.severity)})};
boxes.forEach(b=>b.addEventListener('change',show));
let closed=[];
addEventListener('beforeprint',()=>{closed=[...document.querySelectorAll('details:not([open])')];
closed.forEach(d=>{d.open=true})});
addEventListener('afterprint',()=>{closed.forEach(d=>{d.open=false})});
"""
