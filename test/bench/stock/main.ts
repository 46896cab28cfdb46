import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { stockSettings } from './settings';
import { StockModule } from './stock.module';

async function main(): Promise<void> {
  const { brokers, groupId, connections } = stockSettings();
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(StockModule, {
    transport: Transport.KAFKA,
    options: {
      client: { clientId: 'stock', brokers },
      consumer: { groupId },
      subscribe: { fromBeginning: true },
      run: { partitionsConsumedConcurrently: connections },
    },
  });
  app.enableShutdownHooks();
  await app.listen();
}

void main();
