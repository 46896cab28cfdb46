import type { ApiKeyScope } from '@floopy/application';
import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { AuditInterceptor } from '../audit/audit.interceptor';

export const REQUIRED_SCOPE = Symbol('REQUIRED_SCOPE');
export const PUBLIC = Symbol('PUBLIC');

/**
 * What an API key must be allowed to do. Every route has this or `@Public()`; one without either refuses everybody. What an
 * operator changes is written down by the same line: no such route can be made without it.
 */
export const RequireScope = (scope: ApiKeyScope): MethodDecorator =>
  applyDecorators(
    SetMetadata(REQUIRED_SCOPE, scope),
    ...(scope === 'operator' ? [UseInterceptors(AuditInterceptor)] : []),
  );

/** Anybody may call it: it shows nothing of any organization. */
export const Public = (): ClassDecorator => SetMetadata(PUBLIC, true);
