import { countOf, formatBytes, formatCount } from '../../../format/quantities';
import { GIVEN_HEADS } from '../../verify/chain/kept-heads';
import { commandsOf } from '../commands';
import type { Report } from '../report';
import type { Markup } from './markup';
import { markup } from './markup';
import { longTable, number, reproducedBy, short, table, text } from './table';

/** Whether the chain holds, its head, and the heads it was held against. */
export function chain(report: Report): Markup {
  const { chain: found, heads } = report;
  const commands = commandsOf(report);
  if (!found.isChecked)
    return markup`<p>Not checked: ${found.why}</p>
<p class="command">Checks it: <code>${commands.chain}</code></p>
`;
  const { stock, findings, keptHeads, isRunning } = found;
  const { head, lines, objects, bytes, expired, alerts } = stock;
  return markup`<p>The manifest lists every object of the source with its SHA-256, and each of its lines has the hash of the line before. ${
    findings.length === 0
      ? 'Each object is as it was written, none is missing, and the chain fits together from its first line to its head.'
      : `There ${findings.length === 1 ? 'is 1 finding' : `are ${formatCount(findings.length)} findings`}.`
  }</p>
${table({
  caption: 'What was read',
  columns: [text('what'), number('value')],
  rows: [
    ['lines of the manifest', formatCount(lines)],
    ['objects read and compared', formatCount(objects)],
    ['their size', formatBytes(bytes)],
    ['objects gone because their retention has ended', formatCount(expired)],
    ...(alerts === undefined
      ? []
      : [
          ['of these, alerts', formatCount(alerts.objects)],
          ['alerts stored before a chain listed them', formatCount(alerts.older)],
        ]),
    ['heads kept earlier that the chain was held against', formatCount(keptHeads.length)],
    ...(heads === undefined
      ? []
      : [
          [
            `of these, kept outside of the account, in ${heads}`,
            formatCount(keptHeads.filter(({ knownTo }) => knownTo === GIVEN_HEADS).length),
          ],
        ]),
  ],
})}
<dl>
<dt>Head of the chain</dt><dd>line ${head.number}, SHA-256 <code>${head.sha256}</code></dd>
</dl>
${
  findings.length === 0
    ? ''
    : longTable({
        caption: 'Findings',
        columns: [short('kind'), text('key'), text('what was found')],
        rows: findings.map(({ kind, key, detail }) => [kind, key, detail]),
      })
}${isRunning ? markup`<p>A run was at work: objects of a page are unlisted until the page is stored.</p>` : ''}${
    keptHeads.length === 0
      ? ''
      : longTable({
          caption: `The chain was held against ${countOf(keptHeads.length, 'head')} kept earlier, the newest first`,
          columns: [number('line'), text('SHA-256'), text('kept in')],
          rows: keptHeads
            .toSorted((one, other) => other.number - one.number)
            .map(({ number: line, sha256, knownTo }) => [line, sha256, knownTo]),
        })
  }
${reproducedBy(commands.chain)}`;
}
