import { expect } from 'chai'
import fc from 'fast-check'
import type { Persona } from '../../../../src/lib/persona.js'
import { holdsChanges, texts } from '../../../../src/lib/sync/components/values.js'
import {
  type Conflict,
  conflictsOf,
  mergeValues,
  resolved,
  withMarkers,
} from '../../../../src/lib/sync/merge/merge.js'

const BASE = 'one\ntwo\nthree\nfour\nfive'

/** The merged value; the test fails if there is a conflict. */
async function clean(base: Persona | undefined, ours: Persona, theirs: Persona): Promise<Persona> {
  const merged = (await mergeValues(base, ours, theirs))!
  expect(conflictsOf(merged)).to.deep.equal([])
  return resolved(merged, () => [])
}

describe('merge', () => {
  it('takes both sides’ lines where they do not touch', async () => {
    expect(await clean(BASE, BASE.replace('one', 'ONE'), BASE.replace('five', 'FIVE'))).to.equal(
      'ONE\ntwo\nthree\nfour\nFIVE',
    )
  })

  const merges: [title: string, base: string, ours: [string, string], theirs: [string, string]][] = [
    ['two sentences of one line', 'You are kind. You are brief.', ['kind', 'patient'], ['brief', 'short']],
    ['two lines that touch', 'You are kind.\nYou are brief.', ['kind', 'patient'], ['brief', 'short']],
    ['two list items that touch', '- kind\n- brief', ['kind', 'patient'], ['brief', 'short']],
    ['a question and its answer', 'Who pays? We do.', ['Who pays', 'Who pays then'], ['We do', 'You do']],
    ['two sentences in Japanese', '親切です。簡潔です。', ['親切', '丁寧'], ['簡潔', '明快']],
    ['two tags that touch', '<tone>kind</tone>\n<lang>en</lang>', ['kind', 'calm'], ['>en<', '>fr<']],
    ['two sentences in Arabic', 'من يدفع؟ نحن ندفع.', ['من يدفع', 'من يدفع الآن'], ['نحن', 'كلنا']],
    ['two sentences in Hindi', 'दयालु बनो। संक्षिप्त बनो।', ['दयालु', 'शांत'], ['संक्षिप्त', 'स्पष्ट']],
    ['a heading and the line below', '# Tone\nBe kind', ['Tone', 'Voice'], ['kind', 'calm']],
    [
      'two sentences of a wrapped paragraph',
      'You help all who\nwrite. You are kind and\nbrief. You are never\nrude.',
      ['all', 'most'],
      ['rude', 'loud'],
    ],
    ['lines of a list without marks', 'Mon 9-17\nTue 9-17\nWed 9-17', ['Mon 9', 'Mon 8'], ['Wed 9', 'Wed 8']],
    [
      'two cells of a long table row',
      `| ${'tea from the hills '.repeat(8)}| 1.50 | ${'served with milk '.repeat(5)}|`,
      ['1.50', '1.75'],
      ['with milk |', 'with lemon |'],
    ],
    [
      'two items of a long list in one line',
      `We sell ${'apples from the valley; '.repeat(9)}pears; plums; figs.`,
      ['pears', 'ripe pears'],
      ['figs', 'dried figs'],
    ],
  ]
  for (const [title, base, ours, theirs] of merges) {
    it(`takes both sides’ changes in ${title}`, async () => {
      expect(await clean(base, base.replace(...ours), base.replace(...theirs))).to.equal(
        base.replace(...ours).replace(...theirs),
      )
    })
  }

  const WHOLE = 'You help.\n\nYou are kind.\n\nYou are brief.'
  const LESS = 'You help.\n\nYou are brief.'
  const beside: [title: string, base: string, theirs: string][] = [
    ['added', LESS, WHOLE],
    ['took out', WHOLE, LESS],
  ]
  for (const [title, base, theirs] of beside) {
    for (const word of ['help', 'brief']) {
      it(`keeps an edit of “${word}” beside a paragraph that the other side ${title}`, async () => {
        const edited = (text: string) => text.replace(word, 'care')
        expect(await clean(base, edited(base), theirs)).to.equal(edited(theirs))
        expect(await clean(base, theirs, edited(base))).to.equal(edited(theirs))
      })
    }
  }

  it('compares from the ends only where that leaves fewer conflicts, and then says them in their order', async () => {
    const merged = await mergeValues(
      `One.\n\n${LESS}`,
      `Two.\n\n${LESS.replace('help', 'aid')}`,
      `Six.\n\n${WHOLE}`,
    )
    expect(conflictsOf(merged!)).to.deep.equal([
      { ours: ['Two.'], base: ['One.'], theirs: ['Six.'], channel: undefined },
    ])
    expect(resolved(merged!, ({ ours }) => ours)).to.equal(`Two.\n\n${WHOLE.replace('help', 'aid')}`)
  })

  const conflicts: [title: string, base: string, ours: string, theirs: string][] = [
    ['a price', 'It costs 1.50.', 'It costs 2.50.', 'It costs 1.75.'],
    ['a time', 'We meet from 10:00.', 'We meet from 11:00.', 'We meet from 10:30.'],
    ['two times', 'Open 10:00 to 10:30.', 'Open 11:00 to 10:30.', 'Open 10:00 to 11:30.'],
    ['a negation', 'You can give refunds.', 'You may not give refunds.', 'You must give refunds.'],
    [
      'words of one sentence',
      'You are a kind one who helps.',
      'You are a calm one who helps.',
      'You are a kind one who reads.',
    ],
    [
      'an address',
      'Go to Hauptstr. 5, 10115 Berlin.',
      'Go to Nebenstr. 5, 10115 Berlin.',
      'Go to Hauptstr. 7, 10115 Berlin.',
    ],
    [
      'an address with a saint',
      'Go to 12 St. Mary Rd. Springfield.',
      'Go to 14 St. Mary Rd. Springfield.',
      'Go to 12 St. Mary Rd. Shelbyville.',
    ],
    ['a doctor', 'Ask Dr. Smith.', 'Do not ask Dr. Smith.', 'Ask Dr. Jones.'],
    ['initials', 'Ask J. Smith.', 'Ask K. Smith.', 'Ask J. Jones.'],
    ['an hour', 'Come at 9 a.m. Monday.', 'Come at 8 a.m. Monday.', 'Come at 9 a.m. Tuesday.'],
    ['a number', 'Take No. 5 Or 6.', 'Take Nr. 5 Or 6.', 'Take No. 5 Or 7.'],
    ['a numbered item', '1. Ask first', '2. Ask first', '1. Ask twice'],
    [
      'a wrapped sentence',
      'You may\nnot give refunds.',
      'You must\nnot give refunds.',
      'You may\ngive refunds.',
    ],
    [
      'the first and the last line of a wrapped sentence',
      'If they are angry,\napologise at once and\ngive a refund.',
      'If they are calm,\napologise at once and\ngive a refund.',
      'If they are angry,\napologise at once and\ncall for help.',
    ],
    [
      'a sentence wrapped before a capital',
      'Gib dem Kunden auf gar keinen Fall die\nVersandkosten der letzten Bestellung oder\nGutscheine zurück.',
      'Gib dem Kunden auf jeden Fall die\nVersandkosten der letzten Bestellung oder\nGutscheine zurück.',
      'Gib dem Kunden auf gar keinen Fall die\nVersandkosten der letzten Bestellung oder\nBelege zurück.',
    ],
    [
      'an address on two lines',
      '12 Main St\nSpringfield, IL 62701',
      '14 Main St\nSpringfield, IL 62701',
      '12 Main St\nShelbyville, IL 62565',
    ],
    ['what a colon leads to', 'Never:\n- refund', 'Always:\n- refund', 'Never:\n- shout'],
    ['a short table row', '| 10:00 | 10:30 |', '| 11:00 | 10:30 |', '| 10:00 | 11:30 |'],
    [
      'two halves joined by a semicolon',
      `${'Be kind and '.repeat(20)}ask; then act.`,
      `${'Be kind and '.repeat(20)}do not ask; then act.`,
      `${'Be kind and '.repeat(20)}ask; then wait.`,
    ],
    ['a name', 'Ada', 'Ida', 'Adam'],
    ['two sentences added at one place', 'Be kind.', 'Be kind. Say yes.', 'Be kind. Say no.'],
    ['a sentence that one side dropped', 'Be kind.\n\nBe brief.', 'Be kind.', 'Be kind.\n\nBe very brief.'],
  ]
  for (const [title, base, ours, theirs] of conflicts) {
    it(`invents nothing: ${title}`, async () => {
      for (const [mine, other] of [
        [ours, theirs],
        [theirs, ours],
      ] as const) {
        const around = (text: string) => `First.\n\n${text}\n\nLast.`
        const merged = (await mergeValues(around(base), around(mine), around(other)))!
        expect(conflictsOf(merged)).to.have.length(1)
        expect(resolved(merged, conflict => conflict.ours)).to.equal(around(mine))
      }
    })
  }

  const huge: [title: string, text: (edit: string) => string][] = [
    ['one line of 200,000 characters', edit => `${'word '.repeat(20_000)}${edit} ${'word '.repeat(20_000)}`],
    ['a line of 2,000 sentences', edit => `${'Say so. '.repeat(1000)}${edit} ${'Say so. '.repeat(1000)}`],
    [
      '20,000 lines',
      edit =>
        Array.from({ length: 20_000 }, (_, line) => (line === 10_000 ? edit : `Line ${line}.`)).join('\n'),
    ],
    [
      '20,000 lines of one sentence',
      edit => `${'and so on\n'.repeat(10_000)}${edit}\n${'and so on\n'.repeat(10_000)}`,
    ],
    ['a million blanks in a line', edit => `${edit}|${' '.repeat(1_000_000)}.`],
    ['a million brackets in a line', edit => `${')'.repeat(1_000_000)} ${edit}`],
    ['20,000 equal lines', edit => `${'Same.\n'.repeat(10_000)}${edit}\n${'Same.\n'.repeat(10_000)}`],
  ]
  for (const [title, text] of huge) {
    it(`is bounded: ${title}`, async () => {
      const merged = (await mergeValues(text('a'), text('Begin. b'), `${text('c')} End.`))!
      expect(conflictsOf(merged)).to.have.length(1)
    }).timeout(20_000)
  }

  it('lets others have a turn while it works on a long text', async () => {
    const text = (edit: string) =>
      Array.from({ length: 30_000 }, (_, line) => `Line ${line} ${line % 3 ? '' : edit}.`).join('\n')
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await mergeValues(text('a'), text('b'), text('c'))
    clearInterval(timer)
    expect(turns).to.be.greaterThan(0)
  }).timeout(20_000)

  it('takes a change that both sides made once', async () => {
    expect(await clean(BASE, BASE.replace('two', '2'), BASE.replace('two', '2'))).to.equal(
      BASE.replace('two', '2'),
    )
  })

  it('keeps the white space around our text, and merges across line endings', async () => {
    const ours = `\n${BASE.replace('one', 'ONE')}\n`
    const theirs = BASE.replace('five', 'FIVE').replaceAll('\n', '\r\n')
    expect(await clean(BASE, ours, theirs)).to.equal('\nONE\ntwo\nthree\nfour\nFIVE\n')
  })

  it('reports words that both sides changed as a conflict, with the base', async () => {
    const merged = (await mergeValues(BASE, BASE.replace('two', 'deux'), BASE.replace('two', 'zwei')))!
    expect(conflictsOf(merged)).to.deep.equal([
      { ours: ['deux'], theirs: ['zwei'], base: ['two'], channel: undefined },
    ])
    expect(resolved(merged, ({ theirs }) => theirs)).to.equal(BASE.replace('two', 'zwei'))
    expect(resolved(merged, withMarkers)).to.equal(
      BASE.replace('two', '<<<<<<< local\ndeux\n||||||| base\ntwo\n=======\nzwei\n>>>>>>> server'),
    )
  })

  it('without a base, asks about every difference', async () => {
    const merged = (await mergeValues(undefined, 'a\nb\nc', 'a\nB\nc\nd'))!
    expect(conflictsOf(merged)).to.have.length(2)
    expect(resolved(merged, ({ theirs }) => theirs)).to.equal('a\nB\nc\nd')
    expect(resolved(merged, ({ ours }) => ours)).to.equal('a\nb\nc')
  })

  const [BOTH, BARE] = [{ base: 'Be kind.', voice: 'Speak.' }, { base: 'Be kind.' }]
  const LOUD = { base: 'Be kind.', voice: 'Speak up.' }
  const SOFT = { base: 'Be kind.', voice: 'Whisper.' }
  const channels: [
    title: string,
    base: Persona | undefined,
    ours: Persona,
    theirs: Persona,
    merged: Persona,
  ][] = [
    ['one that we dropped stays dropped', BOTH, BARE, BOTH, BARE],
    ['one that they dropped stays dropped', BOTH, BOTH, BARE, BARE],
    [
      'one of blanks that they dropped',
      { base: 'a', voice: ' b ' },
      { base: 'a', voice: ' b ' },
      { base: 'a' },
      { base: 'a' },
    ],
    ['one that both dropped', BOTH, BARE, BARE, BARE],
    ['one that we added', BARE, BOTH, BARE, BOTH],
    ['one that they added', BARE, BARE, BOTH, BOTH],
    ['one that both added alike', BARE, BOTH, BOTH, BOTH],
    ['one that we changed', BOTH, LOUD, BOTH, LOUD],
    ['one that they changed', BOTH, BOTH, LOUD, LOUD],
    ['one that we emptied is there, and empty', BOTH, { ...BOTH, voice: '' }, BOTH, { ...BOTH, voice: '' }],
    ['of each side one', BOTH, { ...LOUD }, { ...BOTH, text: 'Write.' }, { ...LOUD, text: 'Write.' }],
    ['alike on both sides, without a base', undefined, BOTH, BOTH, BOTH],
  ]
  for (const [title, base, ours, theirs, wanted] of channels) {
    it(`merges channel by channel: ${title}`, async () => {
      expect(await clean(base, ours, theirs)).to.deep.equal(wanted)
    })
  }

  const voice = (ours: string, theirs: string, base?: string): Conflict => ({
    ours: [ours],
    theirs: [theirs],
    base: base === undefined ? [] : [base],
    channel: 'voice',
  })
  const contested: [title: string, base: Persona | undefined, ours: Persona, theirs: Persona, Conflict][] = [
    ['we dropped and they changed', BOTH, BARE, LOUD, voice('', 'Speak up.', 'Speak.')],
    ['we changed and they dropped', BOTH, LOUD, BARE, voice('Speak up.', '', 'Speak.')],
    ['both changed', BOTH, LOUD, SOFT, voice('Speak up.', 'Whisper.', 'Speak.')],
    ['both added', BARE, LOUD, SOFT, voice('Speak up.', 'Whisper.', '')],
    ['only we have, without a base', undefined, LOUD, BARE, voice('Speak up.', '')],
    ['only they have, without a base', undefined, BARE, LOUD, voice('', 'Speak up.')],
    ['both have, after one text', 'Speak.', LOUD, SOFT, voice('Speak up.', 'Whisper.')],
  ]
  for (const [title, base, ours, theirs, conflict] of contested) {
    it(`leaves a channel to be decided that ${title}`, async () => {
      const merged = (await mergeValues(base, ours, theirs))!
      expect(conflictsOf(merged).filter(({ channel }) => channel === 'voice')).to.deep.equal([conflict])
      expect(resolved(merged, ({ ours }) => ours.filter(line => line !== ''))).to.deep.equal(ours)
      expect(resolved(merged, ({ theirs }) => theirs.filter(line => line !== ''))).to.deep.equal(theirs)
    })
  }

  it('has nothing to merge between one text and channels', async () => {
    expect(await mergeValues('a', 'b', { base: 'a' })).to.equal(undefined)
    expect(await mergeValues('a', { base: 'a' }, 'b')).to.equal(undefined)
  })

  it('knows no base of one text in channels', async () => {
    const merged = (await mergeValues({ base: 'a' }, 'b', 'c'))!
    expect(conflictsOf(merged)).to.deep.equal([{ ours: ['b'], theirs: ['c'], base: [], channel: undefined }])
  })

  it('asks for each conflict by its number', async () => {
    const merged = (await mergeValues('a\n\nb\n\nc', '1\n\nb\n\n2', '3\n\nb\n\n4'))!
    expect(resolved(merged, ({ ours, theirs }, index) => [ours, theirs][index]!)).to.equal('1\n\nb\n\n4')
  })

  it('reads the line endings of old Macs, too', async () => {
    expect(await clean('a\rb\rc', 'A\rb\rc', 'a\nb\nC')).to.equal('A\nb\nC')
  })

  it('keeps the white space before our text and that after it', async () => {
    expect(await clean('a\n\nb', '\n\n A\n\nb\n', 'a\n\nB')).to.equal('\n\n A\n\nB\n')
    expect(await clean('a', ' \n', 'a')).to.equal(' \n')
  })

  const held: [title: string, base: Persona, ours: Persona, theirs: Persona, holds: boolean][] = [
    ['there are none', 'a\n\nb', 'A\n\nb', 'a\n\nb', true],
    ['all are there', 'a\n\nb', 'A\n\nB', 'a\n\nB', true],
    ['one is not', 'a\n\nb', 'A\n\nb', 'a\n\nB', false],
    ['one was decided otherwise', 'a\n\nb', 'a\n\n2', 'a\n\nB', false],
    ['what they changed was dropped', 'a\n\nb', 'a', 'a\n\nB', false],
    ['all but for white space around', 'a\n\nb', ' a\n\nB\n', 'a\r\n\r\nB', true],
    ['one side is one text', 'a', 'a', { base: 'a' }, false],
    ['a channel is missing', BARE, BARE, BOTH, false],
  ]
  for (const [title, base, ours, theirs, holds] of held) {
    it(`${holds ? 'finds' : 'does not find'} their changes in ours: ${title}`, async () => {
      expect(await holdsChanges(texts, base, ours, theirs)).to.equal(holds)
    })
  }

  it('gives the other side back when only one moved, whatever the text', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c d', '', 'e'), { maxLength: 12 })
      .map(lines => lines.join('\n').trim())
    await fc.assert(
      fc.asyncProperty(text, text, async (base, changed) => {
        expect(await clean(base, changed, base)).to.equal(changed)
        expect(await clean(base, base, changed)).to.equal(changed)
      }),
    )
  })
})
