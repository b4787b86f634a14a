import { TOKEN_PLACES, TokenPlace } from '../../contract/deployment/token-places';

/** An answer that refuses the token, or the caller. */
export interface Refusal {
  readonly status: 401 | 403;
  /** What came, such as `HTTP 401`. It holds nothing of the body, which may repeat the token in any form. */
  readonly received: string;
  /** Whether the body is a web page. Netskope's own refusals are JSON. */
  readonly isWebPage: boolean;
}

/** What came, and where to look for the cause. */
export function refusedReason({ status, received, isWebPage }: Refusal): string {
  if (status === 401) return `${received}; ${LOOK_FOR_TOKEN}`;
  return isWebPage ? `${received}; ${LOOK_FOR_ADDRESS}` : received;
}

const LOOK_FOR_TOKEN = `the token is unknown, expired or revoked: look for it in ${TOKEN_PLACES}`;

/** What many gateways send to a source address that they do not admit. */
const LOOK_FOR_ADDRESS = `perhaps the source address of this function is not allowed: look at ${TokenPlace.AllowList} and the list of the token's role`;
