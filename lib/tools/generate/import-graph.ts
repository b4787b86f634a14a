import type { ICruiseResult } from 'dependency-cruiser';

const FOLDERS = ['lambdas', 'lib', 'bin'];
/** The parts that the drawing shows: a folder each, and what stands in `lambdas/<function>/` itself. */
const PART = /^(?:lambdas\/(?:collector|detector)\/(?:core|adapters|rules)|lambdas\/[^/]+|lib\/[^/]+|bin)\//;

/** Who imports whom, as a Mermaid flowchart of the parts; read from the imports themselves. */
export async function importGraph(repository: string): Promise<string> {
  const { cruise } = await import('dependency-cruiser');
  const options = { baseDir: repository, includeOnly: { path: PART.source }, tsPreCompilationDeps: true };
  const { output } = await cruise(FOLDERS, options);
  const arrows = new Set<string>();
  for (const { source, dependencies } of (output as ICruiseResult).modules) {
    for (const { resolved } of dependencies) {
      const [from, to] = [partOf(source), partOf(resolved)];
      if (from !== to) arrows.add(`  ${idOf(from)} --> ${idOf(to)}`);
    }
  }
  const parts = new Set((output as ICruiseResult).modules.map(({ source }) => partOf(source)));
  const nodes = [...parts].sort().map((part) => `  ${idOf(part)}["${part}"]`);
  return ['```mermaid', 'flowchart TD', ...nodes, ...[...arrows].sort(), '```'].join('\n');
}

function partOf(path: string): string {
  return (PART.exec(path)?.[0] ?? path).replace(/\/$/, '');
}

function idOf(part: string): string {
  return part.replaceAll('/', '_');
}
