const BYTES_A_LINE = 16;

/** Bytes as programmers read them: the offset, each byte in hex, and the characters that can be printed. */
export function hexDump(bytes: Buffer): string {
  const lines: string[] = [];
  for (let from = 0; from < bytes.length; from += BYTES_A_LINE) {
    const line = bytes.subarray(from, from + BYTES_A_LINE);
    const hex = Array.from(line, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = line.toString('latin1').replaceAll(/[^ -~]/g, '.');
    lines.push(`${from.toString(16).padStart(8, '0')}  ${hex.padEnd(3 * BYTES_A_LINE)} ${text}`);
  }
  return lines.length === 0 ? '(no bytes)' : lines.join('\n');
}
