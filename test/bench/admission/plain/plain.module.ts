import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { PlainAdmissionsController } from './admissions.controller';

@Module({})
export class PlainModule {
  static over(take: Provider): DynamicModule {
    return { module: PlainModule, controllers: [PlainAdmissionsController], providers: [take] };
  }
}
