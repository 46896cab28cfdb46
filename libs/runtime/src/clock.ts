import type { IngestPorts } from '@floopy/application';

type Clock = IngestPorts['clock'];

/** The machine's clock, in milliseconds since 1970. */
export const systemClock: Clock = () => Date.now() as ReturnType<Clock>;
