-- The clock: what comes by itself, where the database has one.
-- That is pg_cron. Where it is missing, workers do the same; where both do, each thing is done once all the same.

do $$
begin
  if exists (select from pg_catalog.pg_available_extensions where name = 'pg_cron') then
    create extension if not exists pg_cron with schema pg_catalog;
  end if;
  -- The same name again replaces the job.
  if pg_catalog.to_regprocedure('cron.schedule(text,text,text)') is not null then
    perform cron.schedule('baton-schedules', '* * * * *', 'select private.request_due_schedules()');
    perform cron.schedule('baton-retention', '41 2 * * *', 'select private.request_retention()');
    perform cron.schedule('baton-contexts', '17 * * * *', 'select private.cleanup_expired_contexts()');
  end if;
end
$$;
