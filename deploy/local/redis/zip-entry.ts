import { inflateRawSync } from 'node:zlib';

const END_MARK = Buffer.from('504b0506', 'hex');
const END_BYTES = 22;
const DIRECTORY_MARK = 0x02_01_4b_50;
const DIRECTORY_BYTES = 46;
const LOCAL_BYTES = 30;
const STORED = 0;

/**
 * One file out of a zip archive (a jar is one), found by the directory at the archive's end: no machine that builds
 * this is asked for an `unzip`. Archives above 4 GB and encrypted ones are not read.
 * @throws when the archive has no such entry, or is none.
 */
export function readZipEntry(archive: Buffer, name: string): Buffer {
  const end = archive.lastIndexOf(END_MARK);
  if (end === -1 || end + END_BYTES > archive.length) {
    throw new Error('This is no zip archive, or only a part of one.');
  }
  const entries = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  for (let entry = 0; entry < entries; entry += 1) {
    if (archive.readUInt32LE(at) !== DIRECTORY_MARK) break;
    const nameBytes = archive.readUInt16LE(at + 28);
    if (archive.toString('utf8', at + DIRECTORY_BYTES, at + DIRECTORY_BYTES + nameBytes) === name) {
      return contentOf(archive, at);
    }
    at += DIRECTORY_BYTES + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  throw new Error(`The archive has no entry ${name}.`);
}

function contentOf(archive: Buffer, directoryAt: number): Buffer {
  const method = archive.readUInt16LE(directoryAt + 10);
  const bytes = archive.readUInt32LE(directoryAt + 20);
  const localAt = archive.readUInt32LE(directoryAt + 42);
  // The extra field before the content may be longer than the one that the directory tells of.
  const start = localAt + LOCAL_BYTES + archive.readUInt16LE(localAt + 26) + archive.readUInt16LE(localAt + 28);
  const packed = archive.subarray(start, start + bytes);
  return method === STORED ? packed : inflateRawSync(packed);
}
