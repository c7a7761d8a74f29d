/** Messages in other scripts and directions. */
import { alice, type DemoMessage, type Times } from './messages.ts'

export function otherScripts({ ago, ahead }: Times): DemoMessage[] {
  const meeting = ahead(6, '14:00')
  return [
    {
      from: { name: '田中 美咲', address: 'misaki.tanaka@minato.example' },
      to: [alice],
      subject: '来週の打ち合わせについて',
      date: ago(1, '21:30'),
      flags: 'S',
      text: `アリス様

お世話になっております。港湾デザイン室の田中です。

来週の打ち合わせですが、${meeting.getMonth() + 1}月${meeting.getDate()}日の午後二時からでいかがでしょうか。前回ご覧いただいた模型に、新しい階段を加えてお持ちします。

ご都合が悪いようでしたら、遠慮なくお知らせください。

田中 美咲`,
    },
    {
      from: { name: 'ليلى حداد', address: 'layla@haddad.example' },
      to: [alice],
      subject: 'دعوة إلى افتتاح المعرض',
      date: ago(4, '13:05'),
      html: `<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"></head><body style="font-family:Tahoma,Arial,sans-serif;line-height:1.8">
<p>عزيزتي أليس،</p>
<p>يسعدني أن أدعوك إلى افتتاح معرض «الميناء في ثلاثة ألوان» يوم السبت القادم في الساعة السابعة مساءً. ستجدين رسوماتك الثلاث على الجدار الشمالي، قرب النافذة الكبيرة.</p>
<p>القاعة في الطابق الثاني، والمصعد يعمل هذه المرة.</p>
<p>مع خالص المودة،<br>ليلى</p></body></html>`,
      text: `عزيزتي أليس،

يسعدني أن أدعوك إلى افتتاح معرض «الميناء في ثلاثة ألوان» يوم السبت القادم في الساعة السابعة مساءً. ستجدين رسوماتك الثلاث على الجدار الشمالي، قرب النافذة الكبيرة.

مع خالص المودة،
ليلى`,
    },
    {
      from: { name: 'सुनीता वर्मा', address: 'sunita@verma.example' },
      to: [alice],
      subject: 'किताब के चित्र मिल गए',
      date: ago(12, '10:44'),
      flags: 'SF',
      text: `प्रिय ऐलिस,

किताब के सारे चित्र मिल गए। बच्चों को समुद्र वाला पन्ना सबसे अच्छा लगा; कल कक्षा में सबने अपनी-अपनी नाव बनाई।

अगले महीने मुंबई आइए, तब तक छपाई पूरी हो जाएगी।

स्नेह सहित,
सुनीता`,
    },
    {
      folder: 'Archive',
      from: { name: 'נועה לוי', address: 'noa@levi.example' },
      to: [alice],
      subject: 'תודה על הגלויה',
      date: ago(40, '09:12'),
      flags: 'S',
      text: `אליס היקרה,

הגלויה הגיעה אתמול, עם חותמת של המגדלור. תליתי אותה מעל השולחן.

נועה`,
    },
    {
      folder: 'Archive',
      from: { name: 'Дарья Орлова', address: 'darya@orlova.example' },
      to: [alice],
      subject: 'Чертежи моста: вопросы',
      date: ago(55, '15:27'),
      flags: 'SR',
      text: `Алиса, здравствуйте!

Посмотрела чертежи. Два вопроса: какой уклон у пандуса и можно ли поднять перила на десять сантиметров?

С уважением,
Дарья`,
    },
    {
      folder: 'Archive',
      from: { name: 'Γιώργος Παππάς', address: 'giorgos@pappas.example' },
      to: [alice],
      subject: 'Φωτογραφίες από το λιμάνι',
      date: ago(72, '18:03'),
      flags: 'S',
      text: `Αγαπητή Αλίκη,

οι φωτογραφίες είναι έτοιμες. Το φως στις επτά το πρωί ήταν ακριβώς όπως το ζήτησες.

Γιώργος`,
    },
  ]
}
