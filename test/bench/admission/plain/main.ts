import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { TAKE } from './admissions.controller';
import { PlainModule } from './plain.module';
import { plainSettings } from './settings';
import { WAYS } from './ways';

async function main(): Promise<void> {
  const settings = plainSettings();
  const take = { provide: TAKE, useValue: await WAYS[settings.way](settings) };
  const app = await NestFactory.create<NestFastifyApplication>(PlainModule.over(take), new FastifyAdapter(), {
    logger: false,
  });
  await app.listen(settings.port, '127.0.0.1');
}

void main();
