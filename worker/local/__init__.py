"""A Supabase for one machine, without Docker: Postgres, Data API, Auth, Realtime."""
