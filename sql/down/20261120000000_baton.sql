-- The way back: takes everything of Baton out of a database, with all its data. Nothing else is touched, and if anything
-- of other people hangs on it, nothing happens. To be run as the owner of the migrations, by hand, in one transaction:
--   psql "$DATABASE_URL" --single-transaction --file sql/down/20261120000000_baton.sql
-- Afterwards `baton db push` makes it anew. What stays: the extensions, which others may use, and that new tables of the
-- schema public are closed until somebody opens them.

-- Secrets ----------------------------------------------------------------------

-- They go with the rows that name them.
do $$
declare
  v_table regclass;
begin
  for v_table in
    select attrelid::regclass
    from pg_catalog.pg_attribute
    join pg_catalog.pg_class on pg_class.oid = attrelid
    where relnamespace = 'private'::regnamespace and relkind = 'r' and attname = 'vault_id' and not attisdropped
  loop
    execute format('delete from %s', v_table);
  end loop;
end
$$;

-- The clock --------------------------------------------------------------------

-- First of all: what it calls goes with the schema.
do $$
begin
  if pg_catalog.to_regclass('cron.job') is not null then
    perform cron.unschedule(jobname) from cron.job where jobname in ('baton-schedules', 'baton-retention', 'baton-contexts');
  end if;
end
$$;

-- Accounts of project tokens ---------------------------------------------------

delete from auth.users where id in (select account_id from public.project_tokens);

-- Queues -----------------------------------------------------------------------

select pgmq.drop_queue('runs_critical');
select pgmq.drop_queue('runs_high');
select pgmq.drop_queue('runs_medium');
select pgmq.drop_queue('runs_low');
select pgmq.drop_queue('runs_dead');

-- What the API shows -----------------------------------------------------------

drop function
  public.create_organization,
  public.invite_member,
  public.list_invitations,
  public.revoke_invitation,
  public.find_invitation,
  public.list_my_invitations,
  public.answer_invitation,
  public.set_api_credential_secret,
  public.record_health_check,
  public.set_environment_variable,
  public.get_suite_content,
  public.get_suite_files,
  public.get_run_plan,
  public.begin_local_run,
  public.find_missing_contents,
  public.get_run_content,
  public.update_tests,
  public.push_suites,
  public.quarantine_tests,
  public.end_quarantine,
  public.duplicate_suite,
  public.duplicate_test,
  public.cancel_run,
  public.get_execution_context,
  public.save_execution_context,
  public.cleanup_expired_contexts,
  public.get_artifact,
  public.get_retention_turn,
  public.delete_expired_artifacts,
  public.request_runs,
  public.claim_run,
  public.release_run,
  public.record_run,
  public.record_fixture_usage,
  public.finish_run,
  public.initialise_execution_context,
  public.update_shared_tokens,
  public.capture_variables,
  public.resolve_test_dependencies,
  public.retry_run,
  public.set_notification_address,
  public.get_notification_channels,
  public.record_archive,
  public.verify_archive,
  public.close_archive,
  public.register_worker,
  public.heartbeat_worker,
  public.preview_schedule,
  public.request_due_schedules,
  public.get_archives,
  public.get_open_archives,
  public.plan_retention,
  public.get_retention,
  public.begin_retention,
  public.end_retention,
  public.get_expired_runs,
  public.get_expired_rows,
  public.delete_archived_rows,
  public.condense_expired,
  public.restore_rows,
  public.remove_restored,
  public.remove_worker,
  public.list_workers,
  public.create_project_token,
  public.exchange_project_token;

drop view
  public.endpoint_coverage,
  public.failure_groups,
  public.suite_statistics,
  public.test_history;

-- What it does not show: with its functions go the policies and triggers that call them, on our tables, on auth.users, and
-- on realtime.messages.
drop schema private cascade;

drop table
  public.users,
  public.organizations,
  public.organization_members,
  public.organization_invitations,
  public.api_credentials,
  public.projects,
  public.api_endpoints,
  public.environments,
  public.environment_variables,
  public.test_suites,
  public.test_cases,
  public.test_request_configs,
  public.test_response_specs,
  public.test_dependencies,
  public.test_data_fixtures,
  public.test_runs,
  public.test_results,
  public.test_result_details,
  public.test_execution_context,
  public.fixture_usage,
  public.schedules,
  public.notification_channels,
  public.archives,
  public.workers,
  public.project_tokens,
  public.performance_metrics,
  public.test_run_history,
  public.failure_analysis,
  public.report_templates,
  public.user_preferences,
  public.saved_searches,
  public.audit_log;

drop schema partitions;

drop type
  public.member_role,
  public.credential_type,
  public.endpoint_protocol,
  public.endpoint_auth,
  public.environment_kind,
  public.test_priority,
  public.version_origin,
  public.dependency_type,
  public.fixture_kind,
  public.fixture_cleanup,
  public.run_status,
  public.run_failure_reason,
  public.run_trigger,
  public.run_priority,
  public.run_executor,
  public.test_verdict,
  public.detail_kind,
  public.channel_kind,
  public.channel_event,
  public.archive_state,
  public.worker_state,
  public.token_scope,
  public.invitation_state,
  public.metric_granularity,
  public.failure_group,
  public.triage_state,
  public.search_subject,
  public.audit_action;

-- The rules for what is new ----------------------------------------------------

alter default privileges grant execute on functions to public;

-- Roles ------------------------------------------------------------------------

-- They belong to the whole server: where another database of it uses this one, it stays.
do $$
begin
  drop role if exists baton_token;
exception
  when dependent_objects_still_exist then
    raise notice 'the role baton_token stays: another database of this server uses it';
end
$$;

-- The diary of the Supabase CLI ------------------------------------------------

do $$
begin
  if to_regclass('supabase_migrations.schema_migrations') is not null then
    delete from supabase_migrations.schema_migrations where version = '20261120000000';
  end if;
end
$$;
