/** Those a message is from or to, in a row, a head, a sentence. */
export const people = {
  'people.me': 'me',
  'people.undisclosed': 'undisclosed recipients',
  'people.nobodyYet': 'nobody yet',
  'people.andOthers_one': '{{names}} and {{count, number}} other',
  'people.andOthers_other': '{{names}} and {{count, number}} others',
  'newMail.title_one': '{{count, number}} new message',
  'newMail.title_other': '{{count, number}} new messages',
  'newMail.titleOfPart_one': 'More than {{count, number}} new message',
  'newMail.titleOfPart_other': 'More than {{count, number}} new messages',
  'newMail.andOthers': '{{names}} and others',
} as const
