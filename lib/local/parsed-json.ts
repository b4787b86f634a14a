/** @returns undefined if the text is not JSON, as no JSON text has this value */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
