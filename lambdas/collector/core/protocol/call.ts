/**
 * The protocol with Netskope's dataexport iterator: which call is next, and what an answer allows.
 *
 * Netskope keeps the cursor. `next` and an epoch move it when the response is made, not when we have it; `resend`
 * repeats the last page and moves nothing. Hence one page in flight, a written intent before each call, and one remedy
 * for every doubt: ask again, and compare with what the archive already holds.
 */
export type Call =
  | { readonly operation: 'epoch'; readonly epochS: number }
  | { readonly operation: 'next' }
  | { readonly operation: 'resend' };
