/** Messages that answer each other. Alice's own are in Sent. */
import { landscape, pdf, seatPlan } from '../mime/pictures.ts'
import { alice, amelie, attachment, ingrid, jonas, marta, oluwaseun, ravi, type DemoMessage, type Times } from './messages.ts'

const team = [alice, amelie, jonas]

function harbour({ today, ago }: Times): DemoMessage[] {
  return [
    {
      slug: 'harbour-1',
      from: amelie,
      to: [alice],
      cc: [jonas],
      subject: 'Harbour sketches, second round',
      date: ago(3, '16:12'),
      flags: 'SR',
      text: `Dear both,

the city came back with three remarks, all of them about the north quay. They like the steps. They do not like the bench. Nobody can say why.

I will redraw the section tomorrow and send it round before Thursday.

Amélie`,
    },
    {
      slug: 'harbour-2',
      answers: 'harbour-1',
      folder: 'Sent',
      from: alice,
      to: [amelie],
      cc: [jonas],
      subject: 'Re: Harbour sketches, second round',
      date: ago(3, '17:40'),
      flags: 'S',
      text: `Keep the bench. People will sit on the wall otherwise, and the wall is where the crane swings.

> They like the steps. They do not like the bench. Nobody can say why.

Because it is drawn in brown. Draw it in grey and nobody will notice it.

Alice`,
    },
    {
      slug: 'harbour-3',
      answers: 'harbour-2',
      from: jonas,
      to: [alice, amelie],
      subject: 'Re: Harbour sketches, second round',
      date: ago(1, '08:55'),
      flags: 'S',
      text: `Grey bench, then. I measured the quay again: 41.6 m between the bollards, not 40. The steps fit without cutting the last one.

> Draw it in grey and nobody will notice it.

That is the best design advice I have had this year.

Jonas
-- 
Jonas Weber, structural drawings
+49 30 5550 1420`,
    },
    {
      slug: 'harbour-4',
      answers: 'harbour-3',
      from: amelie,
      to: [alice, jonas],
      subject: 'Re: Harbour sketches, second round',
      date: today(0.975),
      text: `I moved the crane two metres to the east, so the view from the steps is free down to the lighthouse. The bench is grey now and I already like it better, which annoys me.

Two sheets are attached. The second one is the evening view; please look at the shadow of the mast, I think it is wrong by an hour.

If both of you agree by tomorrow noon I will print on Thursday morning.

Amélie

> Grey bench, then. I measured the quay again: 41.6 m between the bollards,
> not 40. The steps fit without cutting the last one.
>
>> Draw it in grey and nobody will notice it.
>
> That is the best design advice I have had this year.`,
      files: [
        attachment(
          'north-quay-section.pdf',
          'application/pdf',
          pdf('North quay, section B', ['Scale 1:100', 'Bollards 41.6 m apart', 'Bench: grey'], true),
        ),
        attachment('evening-view.png', 'image/png', landscape(480, 300, 11)),
      ],
    },
  ]
}

function tickets({ today, ago }: Times): DemoMessage[] {
  return [
    {
      slug: 'rail-1',
      folder: 'Sent',
      from: alice,
      to: [jonas],
      cc: [amelie],
      subject: 'Rail tickets for Thursday',
      date: ago(1, '18:20'),
      flags: 'S',
      text: `Shall we take the early one? I have to be at the harbour before ten and the later train leaves me eleven minutes, which is a lie in any station with stairs.

Aisle for me, please. You can have the argument with the window.

Alice`,
    },
    {
      slug: 'rail-2',
      answers: 'rail-1',
      from: jonas,
      to: [alice],
      cc: [amelie],
      subject: 'Rail tickets for Thursday',
      date: today(0.94),
      flags: 'SR',
      html: `<!doctype html><html><head><meta charset="utf-8"></head><body>
<p>Booked the 7:12, coach 9, two by the aisle. If you would rather sit by the window tell me before six and I will swap, the other pair is still free.</p>
<p><img src="https://cdn.rail.example/banner/thursday-early.png?booking=7Q2M4X" width="600" height="84" alt="Your journey"></p>
<p>Platform is usually 4. I will bring the drawings and the good thermos; you bring the argument about the crane.</p>
<p>Jonas</p>
<blockquote type="cite" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex"><p>Shall we take the early one? I have to be at the harbour before ten and the later train leaves me eleven minutes, which is a lie in any station with stairs.</p>
<p>Aisle for me, please. You can have the argument with the window.</p><p>Alice</p></blockquote></body></html>`,
      text: `Booked the 7:12, coach 9, two by the aisle. If you would rather sit by the window tell me before six and I will swap, the other pair is still free.

Platform is usually 4. I will bring the drawings and the good thermos; you bring the argument about the crane.

Jonas

> Shall we take the early one? I have to be at the harbour before ten and the
> later train leaves me eleven minutes, which is a lie in any station with
> stairs.`,
      files: [
        attachment(
          'tickets-thursday.pdf',
          'application/pdf',
          pdf('Two tickets, 7:12', ['Coach 9, seats 34 and 36, aisle', 'Platform 4', 'Booking 7Q2M4X'], true),
        ),
        attachment('coach-9.png', 'image/png', seatPlan()),
      ],
    },
  ]
}

function cabin({ ago }: Times): DemoMessage[] {
  const subject = 'Cabin in February'
  const re = `Re: ${subject}`
  return [
    {
      slug: 'cabin-1',
      from: ingrid,
      to: team,
      subject,
      date: ago(9, '20:15'),
      flags: 'S',
      text: `The cabin is free from the 13th to the 16th of February. There is a stove, a sledge and one very good knife. Who is coming?\n\nIngrid`,
    },
    {
      slug: 'cabin-2',
      answers: 'cabin-1',
      from: jonas,
      to: [ingrid, alice, amelie],
      subject: re,
      date: ago(8, '07:50'),
      flags: 'S',
      text: 'Me. I will cook the first evening.\n\nJonas',
    },
    {
      slug: 'cabin-3',
      answers: 'cabin-2',
      from: amelie,
      to: [ingrid, alice, jonas],
      subject: re,
      date: ago(8, '12:31'),
      flags: 'S',
      text: 'I come if there is a door between me and the person who gets up at five.\n\nAmélie',
    },
    {
      slug: 'cabin-4',
      answers: 'cabin-3',
      folder: 'Sent',
      from: alice,
      to: [ingrid, amelie, jonas],
      subject: re,
      date: ago(7, '21:02'),
      flags: 'S',
      text: 'I am the person who gets up at five. I will be quiet and make coffee. Three nights?\n\nAlice',
    },
    {
      slug: 'cabin-5',
      answers: 'cabin-4',
      from: ingrid,
      to: team,
      subject: re,
      date: ago(7, '22:40'),
      flags: 'SR',
      text: `Three nights is perfect. Door exists. Bring wool, a lamp and something you cannot finish reading alone.

The road is ploughed to the second bridge; from there it is forty minutes on foot. I will meet you with the sledge at three.

Ingrid`,
    },
  ]
}

function others({ ago, today }: Times): DemoMessage[] {
  return [
    {
      slug: 'boiler-1',
      from: ravi,
      to: [alice],
      subject: 'Can you look at the boiler?',
      date: ago(1, '19:48'),
      flags: 'SF',
      text: `It makes the sound again, the one you called "a kettle with a grudge". I turned it off at the wall and on again, which helped until supper.

The plate on the side is in the picture. If it is the valve I can order one; if it is anything else I would rather you told me gently.

Ravi`,
      files: [attachment('boiler-plate.png', 'image/png', landscape(300, 220, 5))],
    },
    {
      slug: 'chapter-1',
      from: oluwaseun,
      to: [alice],
      subject: 'Draft of chapter four',
      date: ago(6, '11:20'),
      flags: 'S',
      text: `Shorter than I promised, which you will call an improvement. The lighthouse keeper has lost his monologue and gained a dog.

Page 7 still limps. Mark whatever you would not read aloud.

Oluwaseun`,
      files: [
        attachment(
          'chapter-four.pdf',
          'application/pdf',
          pdf('Chapter four', ['The keeper had a dog, and the dog had opinions.', 'Neither of them liked the new lamp.']),
        ),
      ],
    },
    {
      slug: 'chapter-2',
      answers: 'chapter-1',
      folder: 'Sent',
      from: alice,
      to: [oluwaseun],
      subject: 'Re: Draft of chapter four',
      date: ago(5, '09:05'),
      flags: 'S',
      text: `The dog stays. Page 7 limps because two people say "however" to each other; nobody does.

> Mark whatever you would not read aloud.

Marked in pencil, posted this morning. Look at the last paragraph: it is the first one.

Alice`,
    },
    {
      slug: 'photos-1',
      from: marta,
      to: [alice],
      subject: 'Zdjęcia z soboty',
      date: ago(6, '22:09'),
      flags: 'S',
      text: `Cześć Alicjo,

wrzuciłam wszystko do jednego folderu, ale te dwa są najlepsze: żaglówki o świcie i Twoja mina, kiedy zgasło światło. Oryginały mam na dysku, jeśli chcesz większe.

Pozdrowienia z Gdańska
Marta`,
      files: [
        attachment('żaglówki o świcie.png', 'image/png', landscape(420, 280, 21)),
        attachment('gdańsk.png', 'image/png', landscape(420, 280, 33)),
      ],
    },
    {
      slug: 'lunch-1',
      from: { name: 'Étienne Moreau', address: 'etienne@moreau.example' },
      to: [alice],
      subject: 'Déjeuner vendredi ?',
      date: today(0.55),
      flags: 'S',
      latin1: true,
      text: `Chère Alice,

la brasserie près du marché a rouvert, et l'on dit que le chef a gardé la recette des quenelles. Vendredi à midi et demi ?

À très bientôt,
Étienne`,
    },
  ]
}

export function conversations(times: Times): DemoMessage[] {
  return [...harbour(times), ...tickets(times), ...cabin(times), ...others(times)]
}
