import type { LoggerService } from '@nestjs/common';
import type { Log } from './create-logger';

/**
 * Nest's own messages on our log; without its HTTP middleware, which would cost every request a child logger. Nest is loaded
 * when this is called: whoever takes something else of this library, as every command of the operator does, starts without.
 */
export async function nestLogger(log: Log): Promise<LoggerService> {
  const { Logger, PinoLogger } = await import('nestjs-pino');
  const parameters = { pinoHttp: { logger: log } };
  const logger = new Logger(new PinoLogger(parameters), parameters);
  // Nest tells how it wires itself up; to whoever runs the process that is detail.
  logger.log = (message, ...rest: unknown[]) => logger.debug(message, ...rest);
  return logger;
}
