// The Data API and Auth on 127.0.0.1: @supabase/lite, embedded. Settings come from the environment.
// Listens only after it is warm, and ends when its parent does (standard input closes).
import { serve } from '@hono/node-server'
import { App } from '@supabase/lite'
import { createPostgresConnection } from '@supabase/lite/postgres'
import { MailFolder } from './mail.mjs'
import { types } from './postgres_types.mjs'

const environment = process.env

// lite prints whole error objects, whose details may quote a row. What failed is enough for a log.
console.error = (...words) => process.stderr.write(`${words.map(brief).join(' ')}\n`)

function brief(word) {
  return word instanceof Error ? `${word.name} ${word.code ?? ''} ${word.message}` : String(word)
}

process.stdin.on('end', () => process.exit(0)).resume()
process.on('SIGTERM', () => process.exit(0))

const connection = createPostgresConnection({
  url: environment.DATABASE_URL,
  postgresOptions: {
    max: 20,
    connection: { application_name: 'lite' }, // the name that 90_api_guard.sql looks for
    types,
  },
})

const app = new App({
  connection,
  api: { schemas: environment.API_SCHEMAS.split(',') },
  auth: {
    enabled: true,
    enable_signup: true,
    email: { enable_confirmations: false },
    jwt_secret: environment.JWT_SECRET,
    jwt_expiry: 3600,
    publishable_key: environment.PUBLISHABLE_KEY,
    secret_key: environment.SECRET_KEY,
    site_url: environment.SITE_URL,
  },
  options: {
    // Never serve a request without a key as service_role, which lite's own launcher does for local ones.
    server: { admin: false, disableStudio: true, disableFallback: true },
    drivers: { email: new MailFolder(environment.MAIL_FOLDER) },
  },
})

// The first request tries to grant everything to everybody. The database refuses it (90_api_guard.sql),
// that request fails, and the server does not try again: so the first one is ours.
async function warmUp() {
  const asNobody = { auth: { role: 'anon', uid: null, jwt: null } }
  await connection.withContext(asNobody, async () => {}).catch(() => {})
  await connection.introspect({ useCache: true })
}

await warmUp()
const server = serve({
  port: Number(environment.PORT),
  hostname: '127.0.0.1',
  fetch: (request, { incoming }) => app.fetch(request, { peerAddress: incoming.socket.remoteAddress ?? null }),
})
// Connections are left to the gateway to close. One that is closed here takes a request with it that comes at
// that moment, or came while nobody got to read it.
server.keepAliveTimeout = 0
