/** Whether an answer is a web page, by its `Content-Type` or by how its text begins. */
export function isWebPage(contentType: string | undefined, text: string): boolean {
  return /^text\/html/i.test(contentType ?? '') || /^\s*<(?:!doctype|html)/i.test(text);
}
