// How values travel between Postgres and JSON, where @supabase/lite's own choice differs from hosted
// Supabase. Passed to the Postgres driver through the public option `postgresOptions.types`.

const INTEGER_ZONE = /([+-]\d\d)$/
const LOOKS_LIKE_JSON = /^\s*[[{]/

// '2026-11-20 20:05:39.52+00' -> '2026-11-20T20:05:39.52+00:00', which Supabase's clients can parse.
const isoWithZone = (text) => text.replace(' ', 'T').replace(INTEGER_ZONE, '$1:00')
const iso = (text) => text.replace(' ', 'T')
const same = (value) => value

// Arguments of functions arrive as JSON text already; encoding them again would make them strings.
const toJson = (value) => (isJsonText(value) ? value : JSON.stringify(value))

function isJsonText(value) {
  if (typeof value !== 'string' || !LOOKS_LIKE_JSON.test(value)) return false
  try {
    JSON.parse(value)
    return true
  } catch {
    return false
  }
}

// The numbers are Postgres' own ids of its types.
const type = (id, parse, serialize = same) => ({ to: id, from: [id], serialize, parse })

export const types = {
  bytea: type(17, same),
  json: type(114, JSON.parse, toJson),
  jsonb: type(3802, JSON.parse, toJson),
  numeric: type(1700, Number, String),
  timestamp: type(1114, iso),
  timestamptz: type(1184, isoWithZone),
}
