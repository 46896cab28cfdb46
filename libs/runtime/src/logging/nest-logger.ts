import type { LoggerService } from '@nestjs/common';
import { Logger, PinoLogger } from 'nestjs-pino';
import type { Log } from './create-logger';

/** Nest tells how it wires itself up; to whoever runs the process that is detail. */
class QuietLogger extends Logger {
  override log(message: unknown, ...parameters: unknown[]): void {
    this.debug(message, ...parameters);
  }
}

/** Nest's own messages on our log; without its HTTP middleware, which would cost every request a child logger. */
export function nestLogger(log: Log): LoggerService {
  const parameters = { pinoHttp: { logger: log } };
  return new QuietLogger(new PinoLogger(parameters), parameters);
}
