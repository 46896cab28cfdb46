import { startEmbeddedRedis, type EmbeddedRedis } from '../../deploy/local/embedded-redis';
import { temporaryDirectory } from './temporary-directory';

/** A real Redis of a spec's own, empty, that keeps every answered write. `stop` also removes its directory. */
export async function startRedis(settings: Readonly<Record<string, string>> = {}): Promise<EmbeddedRedis> {
  const home = temporaryDirectory();
  const redis = await startEmbeddedRedis({ directory: home.path, settings });
  return {
    ...redis,
    stop: async () => {
      await redis.stop();
      home.remove();
    },
  };
}
