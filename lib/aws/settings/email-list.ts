/** Most e-mail addresses in one list: they are subscriptions, and a stack has room for 500 resources. */
const MAX_EMAILS = 5;

/** JSON Schema of a list of readers. `description` says what is expected, in the words of the message that a wrong value gets. */
export const EMAIL_LIST = {
  type: 'array',
  description: `a list of at most ${MAX_EMAILS} different e-mail addresses`,
  maxItems: MAX_EMAILS,
  uniqueItems: true,
  items: { type: 'string', description: 'an e-mail address', pattern: '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$' },
} as const;
