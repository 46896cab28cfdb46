export { type AdmissionOptions, DEFAULT_ADMISSION_TIMEOUT_MS } from './admission/admission-options';
export type {
  AdmissionInput,
  AdmissionRefused,
  AdmissionRejected,
  AdmissionUnavailable,
  Admitted,
  AdmittedUnasked,
  AdmitOutcome,
  AttemptName,
  RefusalCode,
  ReleaseOutcome,
  UnaskedReason,
  UnaskedRequest,
} from './admission/admission-outcomes';
export {
  DEFAULT_BUFFER_LIMIT,
  DEFAULT_BUFFER_LIMIT_BYTES,
  DEFAULT_DELIVERY_TIMEOUT_MS,
  type Retry,
  type UsageClientOptions,
} from './client-options';
export { createGatewayClient, type GatewayClient, type GatewayClientOptions } from './gateway-client';
export type {
  CloseOutcome,
  Delivered,
  DeliveryFailed,
  DeliveryOutcome,
  EventAttributes,
  FlushOutcome,
  MistakenUsage,
  RecordOutcome,
  RejectionReason,
  VoidDeliveryOutcome,
  VoidFailed,
  VoidOutcome,
} from './outcomes';
export { MAX_BATCH_BYTES, MAX_BATCH_EVENTS } from './partition-lane';
export { createUsageClient, DEFAULT_CLOSE_TIMEOUT_MS, type UsageClient } from './usage-client';
export type { UsageEventInput, UsageFault } from '@floopy/contracts';
