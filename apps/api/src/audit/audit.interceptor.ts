import { auditAct, type AuditPorts, describeOutcome, type OperatorAct } from '@floopy/application';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { ApiRequest } from '../http/api-request';

export const AUDIT_PORTS = Symbol('AUDIT_PORTS');

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Writes down what an operator changes, before it is done and after it. What only reads passes. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(@Inject(AUDIT_PORTS) private readonly ports: AuditPorts) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<ApiRequest>();
    if (READING.has(request.method)) return next.handle();
    const work = (actNumber: number): Promise<unknown> => {
      request.actNumber = actNumber;
      return lastValueFrom(next.handle(), { defaultValue: undefined });
    };
    const done = (answer: unknown) => ({ type: 'done', detail: describeOutcome(answer) }) as const;
    return from(auditAct(this.ports, actOf(request), work, done));
  }
}

function actOf({ method, routeOptions, apiKeyId, params, query, body, headers }: ApiRequest): OperatorAct {
  if (apiKeyId === undefined) throw new Error('a route that has a scope knows whose key it is');
  const key = headers['idempotency-key'];
  return {
    actor: apiKeyId,
    account: apiKeyId,
    channel: 'http',
    command: `${method} ${routeOptions.url ?? ''}`,
    arguments: { params, query, body, ...(key === undefined ? {} : { idempotency_key: key }) },
    plan: params['reprice_id'] ?? null,
  };
}
