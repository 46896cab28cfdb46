/** Errors of a server that understood the command: what is wrong is the script, and no retry will help. */
const OURS = /^(?:ERR|WRONGTYPE|NOPERM)\b/;

/** Whether an error says that Redis cannot answer now: away, loading, failing over, or too slow. */
export function isRedisUnavailable(error: unknown): boolean {
  return error instanceof Error && !(error.name === 'ReplyError' && OURS.test(error.message));
}
