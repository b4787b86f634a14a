/** One call of the iterator. An epoch starts over at a time, unix seconds. */
export type Call =
  | { readonly operation: 'epoch'; readonly epochS: number }
  | { readonly operation: 'next' }
  | { readonly operation: 'resend' };
