"""Supabase Realtime for one machine: private topics and broadcast from the database.

Not here, because the product does not use them: Postgres Changes, presence, sending by clients.
Whoever tries is answered as a hosted project answers where they are not enabled or not permitted.
"""
