import type { LoggerService } from '@nestjs/common';
import { Logger, PinoLogger } from 'nestjs-pino';
import type { Log } from './create-logger';

/** Nest's own messages on our log; without its HTTP middleware, which would cost every request a child logger. */
export function nestLogger(log: Log): LoggerService {
  const parameters = { pinoHttp: { logger: log } };
  return new Logger(new PinoLogger(parameters), parameters);
}
