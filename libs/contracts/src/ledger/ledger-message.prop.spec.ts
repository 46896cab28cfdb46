import * as fc from 'fast-check';
import { amounts, hashes, instants, ledgerEvents } from '../../test/arbitraries';
import { decodeLedgerMessage } from './decode-ledger-message';
import { encodeLedgerLine, encodeLedgerMessage } from './encode-ledger-message';
import { encodeLedgerEntry, ledgerEntrySchema } from './ledger-entry';

describe('a ledger message', () => {
  it('says exactly the event that it was written from, as a record and as a line of an export', () => {
    fc.assert(
      fc.property(ledgerEvents, hashes, (event, previousHash) => {
        const decoded = { type: 'ledger_event', event, previousHash };
        expect(decodeLedgerMessage(encodeLedgerMessage(event, previousHash).value)).toEqual(decoded);
        expect(decodeLedgerMessage(encodeLedgerLine(event, previousHash))).toEqual(decoded);
      }),
    );
  });

  it('is one line, whatever text is in it', () => {
    fc.assert(
      fc.property(ledgerEvents, hashes, (event, previousHash) => {
        expect(encodeLedgerLine(event, previousHash)).not.toMatch(/[\r\n]/);
      }),
    );
  });

  it('is an entry of a statement, and more', () => {
    fc.assert(
      fc.property(ledgerEvents, hashes, (event, previousHash) => {
        const message = JSON.parse(encodeLedgerLine(event, previousHash)) as unknown;
        expect(ledgerEntrySchema.parse(message)).toEqual(encodeLedgerEntry(event));
      }),
    );
  });

  it('ends in an event or in faults, whatever bytes are read', () => {
    const anyValue = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(anyValue, (bytes) => {
        const decoded = decodeLedgerMessage(Buffer.from(bytes));
        expect(decoded.type === 'rejected' ? decoded.faults.length : 1).toBeGreaterThan(0);
      }),
    );
  });

  it('ends in an event or in faults when one place of it is spoilt', () => {
    const spoilt = fc.oneof(fc.jsonValue(), amounts.map(String), instants, fc.constant(undefined));
    fc.assert(
      fc.property(ledgerEvents, hashes, fc.nat(), spoilt, (event, previousHash, place, replacement) => {
        const message = JSON.parse(encodeLedgerLine(event, previousHash)) as Record<string, unknown>;
        const names = Object.keys(message);
        const text = JSON.stringify({ ...message, [names[place % names.length]!]: replacement });
        const decoded = decodeLedgerMessage(text);
        expect(decoded.type === 'rejected' ? decoded.faults.length : 1).toBeGreaterThan(0);
      }),
    );
  });
});
