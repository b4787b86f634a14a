/** Limit on the addresses in one list: each is a subscription, and a stack has room for 500 resources. */
const MAX_EMAILS = 5;

/** JSON Schema of a list of e-mail addresses. `description` is the end of the message for a wrong value. */
export const EMAIL_LIST = {
  type: 'array',
  description: `a list of at most ${MAX_EMAILS} different e-mail addresses`,
  maxItems: MAX_EMAILS,
  uniqueItems: true,
  items: { type: 'string', description: 'an e-mail address', pattern: '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$' },
} as const;
