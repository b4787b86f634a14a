/**
 * NODE_OPTIONS that give V8 the heap it has in Lambda, instead of one sized after this machine: the runtime sets a tenth
 * of the memory aside for the two halves of the young generation, and the rest for the old one (/var/runtime/bootstrap of
 * AWS Lambda's Node.js runtimes).
 * @param memoryMib memory of the function
 */
export function lambdaHeapOptions(memoryMib: number): string {
  const newSpaceMib = Math.floor(memoryMib / 10);
  return `--max-semi-space-size=${Math.floor(newSpaceMib / 2)} --max-old-space-size=${memoryMib - newSpaceMib}`;
}
