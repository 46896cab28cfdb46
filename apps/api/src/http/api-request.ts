import type { OrganizationId } from '@floopy/domain';
import type { Caller } from '../access/caller';

/** The organization that a request was bound to by its API key and its path. */
export interface BoundOrganization {
  readonly id: OrganizationId;
  readonly key: number;
}

/** What is known of a request before it is routed to a controller. */
export interface IncomingRequest {
  readonly ip: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly routeOptions: { readonly url?: string | undefined };
  /** The SHA-256 of its API key, once it was computed; null when it carries none. */
  apiKeyHash?: string | null;
}

/** What we use of the server's request. */
export interface ApiRequest extends IncomingRequest {
  readonly id: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  /** As they came: nothing has looked at them before the route's own validation. */
  readonly query?: unknown;
  readonly body?: unknown;
  /** Set by the guard on every route that names one. */
  organization?: BoundOrganization;
  /** The id of the API key, set by the guard. */
  apiKeyId?: string;
  /** Who asks, set by the guard. */
  caller?: Caller;
  /** Under which number it is written down, where it is an act of an operator. */
  actNumber?: number;
}

/** What is known of a reply that was sent. */
export interface AnsweredReply {
  readonly statusCode: number;
  readonly elapsedTime: number;
}

/** A reply at its beginning. */
export interface SecuredReply {
  headers(headers: Readonly<Record<string, string>>): unknown;
}

/** What we use of the server's reply. */
export interface ApiReply extends AnsweredReply {
  code(status: number): this;
  header(name: string, value: string): this;
  send(body?: unknown): unknown;
}
