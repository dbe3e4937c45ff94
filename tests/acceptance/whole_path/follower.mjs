// Follows one run with @supabase/supabase-js, the way a dashboard would: as a person with a session.
// Arguments: address, publishable key, topic. The session comes as one line of JSON; what happens goes
// out as lines of JSON, until the input ends.
import { createClient } from '@supabase/supabase-js'
import { createInterface } from 'node:readline'

const [url, key, topic] = process.argv.slice(2)
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)
const client = createClient(url, key, { auth: { persistSession: false, autoRefreshToken: false } })

async function follow(session) {
  const { error } = await client.auth.setSession(session)
  if (error) return say({ kind: 'status', status: 'NO_SESSION', error: error.message })
  client
    .channel(topic, { config: { private: true } })
    .on('broadcast', { event: '*' }, ({ event, payload }) => say({ kind: 'message', event, payload }))
    .subscribe((status, failure) => say({ kind: 'status', status, error: failure?.message ?? null }))
}

createInterface({ input: process.stdin })
  .on('line', (line) => follow(JSON.parse(line)))
  .on('close', () => process.exit(0))
