import helmet from '@fastify/helmet';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** The documentation page brings its own scripts and styles with it, and asks nobody else. */
const DIRECTIVES = {
  defaultSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  // Over plain HTTP on one machine an upgrade would find nobody.
  upgradeInsecureRequests: null,
};

/** An answer in JSON loads nothing, and is shown by nobody: what helmet says to a page is not asked of it. */
const ANSWER_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

export interface SecurityHeaders {
  /** Of a page that a browser shows. */
  readonly page: Readonly<Record<string, string>>;
  /** Of everything else. */
  readonly answer: Readonly<Record<string, string>>;
}

/**
 * What tells a browser how it may treat an answer. Helmet would work it out anew for each, at the cost of a small answer
 * itself: here it is asked once, on a server of its own.
 */
export async function securityHeaders(): Promise<SecurityHeaders> {
  const server = new FastifyAdapter().getInstance();
  let headers: Record<string, unknown> = {};
  await server.register(helmet, { contentSecurityPolicy: { directives: DIRECTIVES } });
  server.get('/', (_, reply) => {
    headers = reply.raw.getHeaders();
    return reply.send();
  });
  await server.inject('/');
  await server.close();
  const page = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return { page, answer: ANSWER_HEADERS };
}
