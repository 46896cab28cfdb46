export { type ClosableMailSender, createMailSender, type MailSenderOptions } from './mail/mail-sender';
export { isPermittedAddress } from './webhooks/permitted-address';
export { createWebhookSender, refuseWebhookUrl, type WebhookSenderOptions } from './webhooks/webhook-sender';
