import type { ApiKeyScope } from '@floopy/application';
import { SetMetadata } from '@nestjs/common';

export const REQUIRED_SCOPE = Symbol('REQUIRED_SCOPE');
export const PUBLIC = Symbol('PUBLIC');

/** What an API key must be allowed to do. Every route has this or `@Public()`; one without either refuses everybody. */
export const RequireScope = (scope: ApiKeyScope): MethodDecorator => SetMetadata(REQUIRED_SCOPE, scope);

/** Anybody may call it: it shows nothing of any organization. */
export const Public = (): ClassDecorator => SetMetadata(PUBLIC, true);
