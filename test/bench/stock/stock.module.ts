import { createPool, queriesOf, readPriceBook } from '@floopy/postgres';
import type { PriceBook } from '@floopy/domain';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IngestPartition, Label, LedgerEventRow, Organization, OrganizationHead } from './entities';
import { stockSettings } from './settings';
import { StockUsageController } from './usage.controller';
import { PRICE_BOOK, UsageService } from './usage.service';

const { databaseUrl, connections } = stockSettings();

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: databaseUrl,
      entities: [IngestPartition, Label, LedgerEventRow, Organization, OrganizationHead],
      extra: { max: connections, options: '-c role=floopy_writer' },
    }),
  ],
  controllers: [StockUsageController],
  providers: [UsageService, { provide: PRICE_BOOK, useFactory: readPrices }],
})
export class StockModule {}

/** Prices are read once, so that pricing costs no more here than it does in the product. */
async function readPrices(): Promise<PriceBook> {
  const pool = createPool({ url: databaseUrl, applicationName: 'stock', maxConnections: 1 });
  const { book } = await readPriceBook(queriesOf(pool));
  await pool.end();
  return book;
}
