/** Refused before the call reached the iterator: the cursor has not moved. */
export type RefusalFault =
  | {
      readonly kind: 'rate-limited';
      /** The exact text of the Retry-After header: seconds or an HTTP-date. @default - the header is absent */
      readonly retryAfter?: string;
      /** Whether RateLimit-Limit, -Remaining and -Reset are sent. @default true */
      readonly rateLimitHeaders?: boolean;
    }
  | { readonly kind: 'conflict'; /** @default 'json' */ readonly body?: 'json' | 'text' }
  | {
      readonly kind: 'unauthorized';
      /**
       * `echoes-token-disguised` contains the token JSON-escaped, URL-encoded, split by a line break, and cut in half.
       * @default 'unauthorized'
       */
      readonly body?: 'unauthorized' | 'invalid-credentials' | 'echoes-token' | 'echoes-token-disguised';
    }
  | {
      readonly kind: 'forbidden';
      /**
       * `scope` is Kong's JSON, `text` is not JSON, `html` is the web page of a gateway. `api-disabled`: the REST API
       * is switched off; `address`: the client's address is not admitted. The texts of these two are not confirmed.
       * @default 'scope'
       */
      readonly body?: 'scope' | 'text' | 'html' | 'echoes-token' | 'api-disabled' | 'address';
    }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'bad-request' }
  | { readonly kind: 'redirect'; /** @default - a host that does not exist */ readonly location?: string }
  /** The host is not a Netskope tenant but some web server, with a page of HTML. */
  | { readonly kind: 'foreign-host'; readonly status: 200 | 404 };

/** The gateway fails in front of the iterator; `cursorMoved` says whether the iterator executed the call anyway. */
export interface ServerErrorFault {
  readonly kind: 'server-error';
  readonly status: 408 | 425 | 499 | 500 | 502 | 503 | 504;
  readonly cursorMoved: boolean;
}

/** No answer, or only the head of one. */
type ConnectionFault =
  | {
      readonly kind: 'reset';
      readonly cursorMoved: boolean;
      /** Whether the reset follows the headers of a 200, instead of coming before anything was sent. @default false */
      readonly afterHeaders?: boolean;
    }
  | {
      readonly kind: 'stall';
      /**
       * When the unanswered request is executed: `at-once` moves the cursor now, `when-abandoned` when
       * `NetskopeSimulator.serveAbandoned` is called, `afterMs` so many milliseconds after it arrived (the page is made
       * for that time, at the latest before the next request), `never` not at all: it was lost on the way.
       */
      readonly served: 'at-once' | 'when-abandoned' | { readonly afterMs: number } | 'never';
    };

/** A success that cannot be used, or not as usual. The cursor has moved, and `resend` returns the page. */
export type PageFault =
  /** The connection is closed after so many bytes of body, without the last chunk. @default - half of the body */
  | { readonly kind: 'truncated-body'; readonly afterBytes?: number }
  /** The transfer is complete but its gzip stream is not; gzip even for a client that did not ask for it. */
  | { readonly kind: 'truncated-gzip'; readonly afterBytes?: number }
  /** Transfer and gzip are complete, but the JSON in them is not. */
  | { readonly kind: 'cut-json'; readonly afterBytes?: number }
  /** 200 with an empty body. */
  | { readonly kind: 'empty-body' }
  /** Brackets and quotes match, but the first event is damaged; in an empty page, what follows the events. */
  | { readonly kind: 'garbled' }
  /** 200 with the HTML of some proxy. */
  | { readonly kind: 'invalid-json'; /** @default 'application/json' */ readonly contentType?: string }
  /** 200 with `"ok":0` and a string instead of the page. */
  | { readonly kind: 'not-ok'; readonly result: string; readonly status?: number }
  | { readonly kind: 'no-content' }
  /** 200 with exactly these bytes, never compressed. */
  | {
      readonly kind: 'body';
      readonly bytes: Buffer;
      /** The Content-Encoding header. @default - absent */
      readonly contentEncoding?: 'gzip';
    }
  | EnvelopeFault;

/** The iterator's page itself in a changed envelope. */
export interface EnvelopeFault {
  readonly kind: 'envelope';
  readonly omitWaitTime?: boolean;
  readonly omitWatermark?: boolean;
  readonly analyzeResult?: boolean;
  readonly waitTimeS?: number;
  /** `"result":null` in an empty page, as Go writes an empty list. */
  readonly resultNull?: boolean;
  /** `"ok":true` instead of 1. */
  readonly okTrue?: boolean;
  /** A byte order mark in front of the page. */
  readonly bom?: boolean;
  /** The Content-Encoding header of a page in gzip, sent even to a client that did not ask for it. */
  readonly contentEncoding?: 'GZIP' | 'x-gzip';
}

/** What goes wrong with one request. */
export type Fault = RefusalFault | ServerErrorFault | ConnectionFault | PageFault;
