// Mail on one machine, where nobody delivers it: each message becomes a file that only the owner of the stack can read.
// Not the log: what stands in it opens accounts.
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

// Enough to find one's own among those of others; a stranger who asks for mail cannot fill the disk.
const KEPT = 50

export class MailFolder {
  constructor(folder) {
    this.folder = folder
  }

  async send({ to, subject, text }) {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const name = `${new Date().toISOString().replaceAll(':', '')}-${randomUUID().slice(0, 8)}.txt`
    await writeFile(join(this.folder, name), `To: ${to}\nSubject: ${subject}\n\n${text}\n`, { mode: 0o600 })
    await this.#forgetOld()
  }

  async #forgetOld() {
    const names = (await readdir(this.folder)).sort()
    await Promise.all(names.slice(0, -KEPT).map((name) => rm(join(this.folder, name), { force: true })))
  }
}
