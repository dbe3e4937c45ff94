// Prints the tables of the Auth server, so that they can be made before it runs:
// migrations refer to auth.users, and the server reads the schema once, when it starts.
import { getAuthSchemaSql } from '@supabase/lite'

process.stdout.write(getAuthSchemaSql(false))
