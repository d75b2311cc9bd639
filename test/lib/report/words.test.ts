import { posix, win32 } from 'node:path'
import { expect } from 'chai'
import { place } from '../../../src/lib/report/words.js'

describe('place', () => {
  it('is relative to the project, with forward slashes on Windows, too', () => {
    const slot = { file: 'C:\\Users\\me\\my agent\\src\\index.ts', line: 5 }
    expect(place('C:\\Users\\me\\my agent', slot, win32)).to.equal('src/index.ts:5')
    expect(place('c:\\users\\me\\my agent\\sub', slot, win32)).to.equal('../src/index.ts:5')
    expect(place('D:\\elsewhere', slot, win32)).to.equal('C:/Users/me/my agent/src/index.ts:5')
  })

  it('leaves a backslash in a name alone where it is no separator', () => {
    expect(place('/a', { file: '/a/b\\c.ts' }, posix)).to.equal('b\\c.ts')
  })

  it('names the root itself by its path', () => {
    expect(place('/a', { file: '/a' }, posix)).to.equal('/a')
  })
})
