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

/**
 * What tells a browser how it may treat an answer; the same on every one. Helmet would work it out anew for each, at the
 * cost of a small answer itself: here it is asked once, on a server of its own.
 */
export async function securityHeaders(): Promise<Readonly<Record<string, string>>> {
  const server = new FastifyAdapter().getInstance();
  let headers: Record<string, unknown> = {};
  await server.register(helmet, { contentSecurityPolicy: { directives: DIRECTIVES } });
  server.get('/', (_, reply) => {
    headers = reply.raw.getHeaders();
    return reply.send();
  });
  await server.inject('/');
  await server.close();
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
