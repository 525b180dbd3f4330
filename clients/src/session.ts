/** Signing in, keeping the tokens fresh, and the clock that the server can trust. */
import { uuidv7 } from './ids.js';

/** What an app keeps between its starts. */
export interface Tokens {
  /** As it was typed. */
  account: string;
  /** The account itself, however its name was typed. */
  accountId?: string;
  accessToken: string;
  refreshToken: string;
}

export interface SessionOptions {
  /** `https://xunfang.example.com`, without a path. */
  url: string;
  /** Made by the app on its first start and kept. */
  deviceId: string;
  deviceName?: string;
  /**
   * Called when signing in gives the device another id, because two devices were found to have the same
   * one, as a phone that was restored from a backup has; keep it in place of `deviceId`.
   */
  onDeviceId?: (deviceId: string) => void | Promise<void>;
  /** Those of an earlier start. */
  tokens?: Tokens;
  /** Called with every new pair; keep it where it outlives the app. Null after signing out. */
  onTokens?: (tokens: Tokens | null) => void | Promise<void>;
  fetch?: typeof fetch;
  /** Milliseconds that never go back: `performance.now` where there is one. */
  monotonic?: () => number;
}

/** What a new row says of the moment it was made. */
export interface Observed {
  contactId?: string;
  bootId: string;
  elapsedMs?: number;
  /** The phone's own clock, RFC 3339. The server corrects it. */
  observedAt: string;
}

/** A refusal by the server; `code` is one of docs/errors.md. */
export class XunfangError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly extensions: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'XunfangError';
  }
}

interface SessionPayload {
  deviceId: string;
  accessToken: string;
  refreshToken: string;
  expiresInMs: number;
  viewer: { accountId: string };
}

const PAYLOAD = '{ deviceId accessToken refreshToken expiresInMs viewer { accountId } }';
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) ${PAYLOAD} }`;
const REFRESH = `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) ${PAYLOAD} }`;
/** A token that lives no longer than this is exchanged before it is used for a socket. */
const MARGIN_MS = 10_000;

export class Session {
  readonly url: string;
  /** This run of the app: monotonic time is measured within it. */
  readonly bootId = uuidv7();
  #options: SessionOptions;
  #deviceId: string;
  #fetch: typeof fetch;
  #monotonic: () => number;
  #tokens: Tokens | null;
  /** When the access token ends, on the monotonic clock; unknown for tokens of an earlier start. */
  #ends: number | undefined;
  #refreshing: Promise<void> | undefined;
  #contact: { id: string; at: number } | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#deviceId = options.deviceId;
    this.url = options.url.replace(/\/+$/, '');
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#tokens = options.tokens ?? null;
  }

  /** `https://…` as `wss://…`, for the live channel. */
  get socketUrl(): string {
    return `${this.url.replace(/^http/, 'ws')}/graphql/ws`;
  }

  get isSignedIn(): boolean {
    return this.#tokens !== null;
  }

  /** Signing in again with the same device id continues the session: nothing unsent is lost. */
  async signIn(account: string, password: string): Promise<void> {
    const device = { id: this.#deviceId, name: this.#options.deviceName ?? this.#deviceId };
    const data = await this.#plain(SIGN_IN, { input: { account, password, device } });
    const payload = data.signIn as SessionPayload;
    if (payload.deviceId !== this.#deviceId) {
      this.#deviceId = payload.deviceId;
      await this.#options.onDeviceId?.(payload.deviceId);
    }
    await this.#take(account, payload);
  }

  /** Ends the session; call it only when nothing is unsent any more. */
  async signOut(): Promise<void> {
    await this.query('mutation { signOut { __typename } }');
    this.#tokens = null;
    await this.#options.onTokens?.(null);
  }

  /** A token with some life left, for the socket: pass it as a function, never as a value. */
  async token(): Promise<string> {
    const left = this.#ends === undefined ? 0 : this.#ends - this.#monotonic();
    if (this.#tokens && left < MARGIN_MS) {
      await this.refresh();
    }
    return this.#tokens?.accessToken ?? '';
  }

  /**
   * Exchanges the tokens, once for all who ask at the same time. When the answer is lost the old
   * refresh token stays, and the next call asks again with it: the server then gives the same
   * successor. Only `REFRESH_REFUSED`, `DEVICE_COPIED`
   * and `DEVICE_REVOKED` end the session.
   */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    if (!this.#tokens) {
      throw new XunfangError('UNAUTHENTICATED', 'nobody is signed in');
    }
    const { account, refreshToken } = this.#tokens;
    let data: Record<string, unknown>;
    try {
      data = await this.#plain(REFRESH, { input: { refreshToken } });
    } catch (error) {
      if (error instanceof XunfangError) {
        throw error;
      }
      // No answer: it may have been given and lost. Once more at once, then it is for the caller.
      data = await this.#plain(REFRESH, { input: { refreshToken } });
    }
    await this.#take(account, data.refreshSession as SessionPayload);
  }

  async #take(account: string, { accessToken, refreshToken, expiresInMs, viewer }: SessionPayload): Promise<void> {
    this.#tokens = { account, accountId: viewer.accountId, accessToken, refreshToken };
    this.#ends = this.#monotonic() + expiresInMs;
    await this.#options.onTokens?.(this.#tokens);
  }

  /**
   * Like `fetch`, as the caller: adds the token and the phone's clock, takes the contact from the
   * answer, and repeats the request once with a fresh token when the server wants one. Hand it to
   * whatever speaks to the server.
   */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const token = this.#tokens?.accessToken;
    const answer = await this.#send(request.clone(), token);
    if (!this.#tokens || !(await wantsToken(answer))) {
      return answer;
    }
    // Somebody else may have refreshed meanwhile.
    if (this.#tokens.accessToken === token) {
      await this.refresh();
    }
    return this.#send(request, this.#tokens?.accessToken);
  };

  async #send(request: Request, token: string | undefined): Promise<Response> {
    if (token) {
      request.headers.set('authorization', `Bearer ${token}`);
    }
    request.headers.set('xunfang-clock', `${this.bootId};${new Date().toISOString()}`);
    const answer = await this.#fetch(request);
    const contact = answer.headers.get('xunfang-contact');
    if (contact) {
      this.noteContact(contact);
    }
    return answer;
  }

  /** A contact that came in the body of an answer instead. */
  noteContact(id: string): void {
    this.#contact = { id, at: this.#monotonic() };
  }

  /** Spread it into every new row: a wrong clock then moves nothing. */
  observed(): Observed {
    const observed: Observed = { bootId: this.bootId, observedAt: new Date().toISOString() };
    if (this.#contact) {
      observed.contactId = this.#contact.id;
      observed.elapsedMs = Math.round(this.#monotonic() - this.#contact.at);
    }
    return observed;
  }

  /** A GraphQL request; throws the first error. */
  async query(query: string, variables: Record<string, unknown> = {}, operationName?: string): Promise<Record<string, unknown>> {
    return dataOf(await this.fetch(`${this.url}/graphql`, json({ query, variables, operationName })));
  }

  /**
   * Hands over one record that no push can carry, as it is: the server keeps it whole, in quarantine, for its author and
   * the office. `kind` is that of the mutation, or for a row its collection and `.row`. Throws while it does not take it.
   */
  async keepOversize(kind: string, recordId: string, content: string, mutationId?: string): Promise<void> {
    const about = new URLSearchParams({ kind, recordId, ...(mutationId && { mutationId }) });
    const sent = await this.fetch(`${this.url}/sync/oversize?${about}`, { method: 'POST', body: content });
    const { errors, results } = (await sent.json()) as GraphQLBody & { results?: Kept[] };
    throwFirst(errors);
    const kept = results?.[0];
    if (!kept || kept.outcome === 'NOT_TAKEN') {
      throw new XunfangError(kept?.code ?? 'INTERNAL', kept?.message ?? 'the record was not kept', { ...kept });
    }
  }

  /**
   * Names the account, for whatever keeps state between starts: by its id, which no other server has
   * given out, so that neither a name typed otherwise nor a new address of the server begins anew.
   */
  get scope(): string {
    return this.#tokens?.accountId ?? `${this.url} ${this.#tokens?.account ?? ''}`;
  }

  async #plain(query: string, variables: Record<string, unknown>): Promise<Record<string, unknown>> {
    return dataOf(await this.#fetch(`${this.url}/graphql`, json({ query, variables })));
  }
}

function json(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** What became of a record that no push could carry. */
interface Kept {
  outcome: string;
  code: string | null;
  message: string | null;
}

interface GraphQLBody {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: { code?: string } & Record<string, unknown> }[];
}

async function dataOf(answer: Response): Promise<Record<string, unknown>> {
  const { data, errors } = (await answer.json()) as GraphQLBody;
  throwFirst(errors);
  return data ?? {};
}

/** Throws what the server refused, if it did. */
export function throwFirst(errors: GraphQLBody['errors']): void {
  const first = errors?.[0];
  if (first) {
    throw new XunfangError(first.extensions?.code ?? 'INTERNAL', first.message, first.extensions);
  }
}

/** Whether a fresh token would help. The answer can be read afterwards. */
async function wantsToken(answer: Response): Promise<boolean> {
  // Refusals are short; a long answer is none, and is not read twice.
  if (answer.status === 401) {
    return true;
  }
  if (Number(answer.headers.get('content-length') ?? 0) > 4096) {
    return false;
  }
  const text = await answer.clone().text();
  if (!text.includes('"errors"')) {
    return false;
  }
  try {
    const codes = ((JSON.parse(text) as GraphQLBody).errors ?? []).map((error) => error.extensions?.code);
    return codes.includes('TOKEN_EXPIRED') || codes.includes('UNAUTHENTICATED');
  } catch {
    return false;
  }
}
