// A client of @supabase/supabase-js on a leash: commands come as JSON lines, what happens goes out so.
import { createClient } from '@supabase/supabase-js'
import { createInterface } from 'node:readline'

const [url, key, vsn] = process.argv.slice(2)
const client = createClient(url, key, {
  auth: { persistSession: false, autoRefreshToken: false },
  realtime: { vsn },
})
const channels = new Map()
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

const commands = {
  token: ({ token }) => client.realtime.setAuth(token),
  join: ({ topic, config }) => {
    const channel = client.channel(topic, { config })
    channels.set(topic, channel)
    channel.on('broadcast', { event: '*' }, ({ event, payload, meta }) =>
      say({ kind: 'message', event, payload, meta: meta ?? null }),
    )
    channel.subscribe((status, error) => say({ kind: 'status', status, error: error?.message ?? null }))
  },
  send: async ({ topic, payload }) => {
    const answer = await channels.get(topic).send({ type: 'broadcast', event: 'note', payload }, { timeout: 1 })
    say({ kind: 'sent', answer })
  },
}

createInterface({ input: process.stdin })
  .on('line', async (line) => {
    const { command, ...rest } = JSON.parse(line)
    await commands[command](rest)
    say({ kind: 'done' })
  })
  .on('close', () => process.exit(0))
