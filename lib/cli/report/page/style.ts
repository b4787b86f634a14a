/** The style of the page. Colors have a contrast of 4.5 to 1 at least; on A4 no row of a table is cut. */
export const STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 60rem; background: #fff; color: #1f2328;
  font: 15px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid #c4c9d0; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p, dl, ul { margin: .5rem 0; }
.period { margin: .25rem 0 1.25rem; color: #57606a; }
.verdict { padding: .9rem 1.1rem; border-left: .5rem solid; border-radius: .25rem; font-size: 1.1rem; font-weight: 600; }
.kept { background: #e9f5ec; border-color: #1a7f37; }
.broken { background: #fdecea; border-color: #b42318; }
.unchecked { background: #fff6e0; border-color: #9a6700; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.5rem; }
dt { color: #57606a; }
dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; margin: 1rem 0 .5rem; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; break-after: avoid; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #d8dde3; }
td, tbody th { overflow-wrap: anywhere; }
thead th { background: #f3f5f7; border-bottom: 2px solid #c4c9d0; }
tbody th { font-weight: 400; }
.total > * { font-weight: 600; border-top: 2px solid #c4c9d0; }
.short { white-space: nowrap; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
code { font: .85em/1.4 ui-monospace, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.command { color: #57606a; font-size: .85rem; }
.command code { color: #1f2328; background: #f3f5f7; padding: .1rem .3rem; border-radius: .2rem; }
.result { font-weight: 600; }
.result.ok { color: #1a7f37; } .result.bad { color: #b42318; } .result.open { color: #845a00; }
figure { margin: 1rem 0; break-inside: avoid; }
figure svg { width: 100%; height: auto; display: block; }
figcaption { color: #57606a; font-size: .85rem; }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2, h3 { break-after: avoid; }
  thead { display: table-header-group; }
  tr, .verdict, .command, dl { break-inside: avoid; }
  .command { break-before: avoid; }
  .verdict, thead th, .command code { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
