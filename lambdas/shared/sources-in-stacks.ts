import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

/**
 * Begins every built function: has stacks name the sources. The source map is read with the first stack, which is that
 * of a failure; `--enable-source-maps` reads it at each start, and is a tenth of a cold one.
 */
Error.prepareStackTrace = (error, calls) =>
  [String(error), ...calls.map((call) => `    at ${withSource(call)}`)].join('\n');

/** A call as V8 writes it in a line of a stack. */
interface Call extends NodeJS.CallSite {
  toString(): string;
}

let map: SourceMap | undefined;

function withSource(call: Call): string {
  try {
    return placedInSource(call);
  } catch {
    return String(call); // without its map, a stack is worth more than the reason why there is none
  }
}

function placedInSource(call: Call): string {
  const [line, column] = [call.getLineNumber() ?? 0, call.getColumnNumber() ?? 0];
  if (call.getFileName() !== __filename) return String(call);
  map ??= new SourceMap(JSON.parse(readFileSync(`${__filename}.map`, 'utf8')) as SourceMap['payload']);
  const origin = map.findOrigin(line, column);
  if (!('fileName' in origin)) return String(call);
  const place = `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}`;
  return String(call).replace(`${__filename}:${line}:${column}`, place.replace(/^(?:\.\.\/)+/, ''));
}
