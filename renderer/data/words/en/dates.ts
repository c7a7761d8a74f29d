/** Dates in the list, over it, and in the head of a message. The dates themselves are written as the system does. */
export const dates = {
  'dates.today': 'Today',
  'dates.yesterday': 'Yesterday',
  'dates.earlierThisWeek': 'Earlier this week',
  'dates.lastWeek': 'Last week',
  'dates.undated': 'Undated',
  'dates.todayAt': 'Today {{time}}',
  'dates.yesterdayAt': 'Yesterday {{time}}',
  'dates.dayAt': '{{day}} {{time}}',
  /** How a date is written in a mail to others, between these words: a tag of BCP 47. */
  'dates.localeOfTheseWords': 'en-GB',
} as const
