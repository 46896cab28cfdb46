export { systemClock } from './clock';
export { type KafkaConnection, kafkaConnectionOf, type KafkaSettings, kafkaSettings } from './config/kafka-settings';
export { type ConfigOutcome, loadConfig, parseConfig, WRONG_USAGE_EXIT_CODE } from './config/load-config';
export { type Environment, readEnvironment } from './config/read-environment';
export {
  databaseUrlSetting,
  hostSetting,
  kafkaBrokersSetting,
  logLevelSetting,
  portSetting,
  switchSetting,
  type WholeNumberSetting,
  wholeNumberSetting,
} from './config/settings';
export {
  CHECK_TIME_LIMIT_MS,
  type HealthCheck,
  HealthChecks,
  type HealthFinding,
  type HealthReport,
  type HealthStatus,
} from './health/health-checks';
export { type HealthServer, type HealthServerOptions, serveHealth } from './health/serve-health';
export { createLogger, describeError, type Log, type LoggerOptions } from './logging/create-logger';
export { nestLogger } from './logging/nest-logger';
export { createMetrics, type Metrics } from './metrics/create-metrics';
export { openWorker, type Worker, type WorkerOptions } from './open-worker';
export { pause } from './pause';
export { randomText } from './random-text';
export { type BackOffOptions, retryWithBackOff } from './retry-with-back-off';
export { runRounds } from './run-rounds';
export { sha256 } from './sha256';
export { Shutdown, type ShutdownOptions } from './shutdown/shutdown';
