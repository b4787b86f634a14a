import type { ICruiseResult } from 'dependency-cruiser';

const FOLDERS = ['lambdas', 'lib', 'bin'];
/** The parts in the graph: one per folder, and the files of `lambdas/<function>/` itself. */
const PART = /^(?:lambdas\/(?:collector|detector)\/(?:core|adapters|rules)|lambdas\/[^/]+|lib\/[^/]+|bin)\//;

/** The imports between the parts as a Mermaid flowchart, read from the source files. */
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
