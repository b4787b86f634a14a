/** What the operator's password store holds, by the name that `pass show` is given. */
export const PASSWORD_STORE = {
  netskope: 'b7c1e08f52d94a6e9f30d1c84b6a2e75',
  'netskope-old': '04de5c9917ab4f0c8d2e63b1f7a95c28',
} as const satisfies Readonly<Record<string, string>>;

/** The tokens among them that Netskope knows, and whether they have the scope they need. */
export const TENANT_TOKENS = {
  valid: [PASSWORD_STORE.netskope],
  unscoped: [PASSWORD_STORE['netskope-old']],
};
