import { decompress as decompressZstd } from 'fzstd';
import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { compressFrameSync, decompressFrameSync } from 'lz4-napi';
import { compress as compressSnappy } from 'snappy';
import { decodeXerialSnappy } from './xerial-snappy';

interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

const snappy: Codec = {
  compress: async ({ buffer }) => compressSnappy(buffer),
  decompress: decodeXerialSnappy,
};

const lz4: Codec = {
  compress: async ({ buffer }) => compressFrameSync(buffer),
  decompress: async (buffer) => decompressFrameSync(buffer),
};

const zstd: Codec = {
  compress: () => Promise.reject(new Error('zstd batches are read, not written; compress with lz4 or gzip')),
  decompress: async (buffer) => Buffer.from(decompressZstd(buffer)),
};

/** Teaches the client snappy, LZ4 and zstd (it knows gzip). Registering again changes nothing. */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => snappy;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4;
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
}
