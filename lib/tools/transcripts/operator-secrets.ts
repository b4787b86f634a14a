/** The operator's password store, by the name given to `pass show`. */
export const PASSWORD_STORE = {
  netskope: 'b7c1e08f52d94a6e9f30d1c84b6a2e75',
  'netskope-old': '04de5c9917ab4f0c8d2e63b1f7a95c28',
} as const satisfies Readonly<Record<string, string>>;

/** The stored tokens that Netskope knows, and whether they have the necessary scope. */
export const TENANT_TOKENS = {
  valid: [PASSWORD_STORE.netskope],
  unscoped: [PASSWORD_STORE['netskope-old']],
};
