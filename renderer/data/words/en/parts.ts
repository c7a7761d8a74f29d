/** Sizes of files, and what parts of a message are called that have no name. */
export const parts = {
  'parts.bytes_one': '{{count, number}} byte',
  'parts.bytes_other': '{{count, number}} bytes',
  'parts.kB': '{{size}} kB',
  'parts.MB': '{{size}} MB',
  'parts.GB': '{{size}} GB',
  'parts.attachedMessage': 'Attached message',
  'parts.deliveryReport': 'Delivery report',
  'parts.invitation': 'Invitation',
  'parts.headers': 'Headers of the message',
  'parts.attachment': 'Attachment {{number}}',
} as const
