/**
 * Which names a file of a snapshot may have. The manifest comes from the server, so every path in it is a
 * claim: what is refused here is never written. The rules are those of all systems at once, so that a
 * snapshot means the same on every machine.
 */

import { foldPath } from '../fence.js'
import { isProjectFileName, isProjectFolderName } from '../project/files.js'

/** Characters that no name on some system can hold, and those that separate parts of a path there. */
const IMPOSSIBLE = /[\x00-\x1f\x7f<>:"|?*\\]/
/** Zero-width and directional characters, BOM and the like: some disks drop them, and no reader sees them. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}|\p{Bidi_Control}|\p{Surrogate}/u
/** `GIT~1`: what Windows calls `.git` when it must be short. */
const SHORT_NAME = /~\d/
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9]|lpt[0-9])(\..*)?$/

const PROTECTED = new Map([
  ['.git', 'it lies in .git'],
  ['.lua', 'it lies in .lua'],
  ['node_modules', 'it lies in node_modules'],
  ['.ssh', 'it lies among keys'],
  ['.gnupg', 'it lies among keys'],
  ['.aws', 'it lies among credentials'],
])

const KEY_FILES = [
  /\.(pem|key|p12|pfx|p8|jks|keystore|ppk|kdbx|asc|gpg)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)/,
  /^\.?(credentials|secrets?)(\.(json|ya?ml|toml|ini|txt|csv|xml))?$/,
  /^\.(npmrc|yarnrc(\.yml)?|netrc|pypirc|htpasswd|pgpass|git-credentials|dockercfg)$/,
  /^(_netrc|service-?account.*\.json)$/,
]

const MAX_NAME_BYTES = 255
const MAX_PATH_BYTES = 2048
const CONFIG_FILE = 'lua.skill.yaml'

/**
 * Why a path must not be written, as the rest of a sentence ("it leads upwards"); undefined when it may.
 * Looks at the name only, not at the disk.
 */
export function nameRefusal(path: string): string | undefined {
  if (path === '') return 'it is empty'
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return 'it is too long'
  if (INVISIBLE.test(path)) return 'it has invisible characters'
  if (path.startsWith('/') || path.startsWith('\\') || /^[a-z]:/i.test(path)) return 'it is absolute'
  if (IMPOSSIBLE.test(path)) return 'it has characters that no file name should have'
  for (const part of path.split('/')) {
    const reason = partRefusal(part)
    if (reason !== undefined) return reason
  }
  if (path !== CONFIG_FILE && foldPath(path) === CONFIG_FILE) return `it is ${CONFIG_FILE} in disguise`
  const names = path.split('/').map(foldPath)
  const name = names.pop()!
  return keyRefusal(name) ?? strangeness(names, name)
}

/** What a push of the sources would never have sent: settings of tools that run them, other tools' folders, tests. */
function strangeness(folders: readonly string[], name: string): string | undefined {
  if (name.startsWith('.')) return 'files whose names begin with a dot are no project files'
  if (folders.some(each => each.startsWith('.'))) return 'it lies in a folder whose name begins with a dot'
  const folder = folders.find(each => !isProjectFolderName(each))
  if (folder !== undefined) return `it lies in ${folder}`
  return isProjectFileName(name) ? undefined : 'files of that name are no project files'
}

function partRefusal(part: string): string | undefined {
  if (part === '..') return 'it leads upwards'
  if (part === '' || part === '.') return 'it has an empty part'
  if (Buffer.byteLength(part) > MAX_NAME_BYTES) return 'it is too long'
  const folded = foldPath(part)
  // Compatibility forms may hide what was looked for above: U+2025 is "..", U+FF0F is "/".
  if (folded === '.' || folded === '..' || folded.includes('/') || IMPOSSIBLE.test(folded)) {
    return 'it has characters that no file name should have'
  }
  if (/[. ]$/.test(folded) || folded.startsWith(' ')) return 'a part of it begins or ends in a space or a dot'
  if (SHORT_NAME.test(folded)) return 'a part of it is a short name of Windows'
  if (DEVICE.test(folded)) return 'a part of it is a device of Windows'
  if (folded.startsWith('.env')) return 'it is an environment file'
  if (folded.startsWith('.lua-')) return 'it looks like a temporary file of ours'
  return PROTECTED.get(folded)
}

function keyRefusal(name: string): string | undefined {
  return KEY_FILES.some(pattern => pattern.test(name)) ? 'it is a key file' : undefined
}
