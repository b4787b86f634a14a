/** A copy of a value as `JSON.parse` returns it. Without recursion, because a sender may nest values to any depth. */
export function copyOfJson(value: unknown): unknown {
  const root = { value };
  const pending: Record<string, unknown>[] = [root];
  for (let container = pending.pop(); container !== undefined; container = pending.pop()) {
    for (const [key, child] of Object.entries(container)) {
      if (typeof child !== 'object' || child === null) continue;
      const copy: unknown = Array.isArray(child) ? [...(child as readonly unknown[])] : { ...child };
      container[key] = copy;
      pending.push(copy as Record<string, unknown>);
    }
  }
  return root.value;
}
