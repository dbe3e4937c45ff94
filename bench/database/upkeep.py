"""What workers and the owner's functions ask, without row-level security."""

from bench.database.queries import Query

UPKEEP = (
    Query(
        name="oldest results (retention)",
        sql="""select id, run_created_at from public.test_results
            where created_at < (select min(created_at) + interval '1 hour' from public.test_results)
            order by created_at limit 1000""",
    ),
    Query(
        name="metrics to condense (retention)",
        sql="select id from public.performance_metrics where date < current_date - 730 limit 1000",
    ),
    Query(
        name="run history to condense (retention)",
        sql="""select id from public.test_run_history
            where run_id is not null and date < current_date - 365 limit 1000""",
    ),
    Query(
        name="contexts to clean up",
        sql="select run_id from public.test_execution_context where expires_at < now() limit 1000",
    ),
    Query(
        name="files whose days are over",
        sql="select private.delete_expired_artifacts(200)",
    ),
    Query(
        name="runs of a project by status, for programs",
        sql="""select id from public.test_runs where project_id = %(project_id)s and status = 'failed'
            order by created_at desc limit 50""",
    ),
    Query(
        name="an organization by its slug",
        sql="select id from public.organizations where slug = 'cedar-bank'",
    ),
    Query(
        name="schedules that are due",
        sql="select id from public.schedules where enabled and next_run_at <= now() order by next_run_at",
    ),
    Query(
        name="fixtures that have lived their time",
        sql="select id from public.test_data_fixtures where expires_at < now() limit 1000",
    ),
    Query(
        name="archives that are not done",
        sql="select id from public.archives where state <> 'done' order by created_at limit 10",
    ),
    Query(
        name="archives that hold a run",
        sql="""select id from public.archives where 
            metadata @> jsonb_build_object('runs', jsonb_build_array(%(run_id)s::text))""",
    ),
    Query(
        name="runs that were taken back, and go again",
        sql="select id from public.test_runs where kept_until < now() order by kept_until limit 100",
    ),
    Query(
        name="workers not heard of",
        sql="select count(*) from public.workers where last_seen_at < now() - interval '1 day'",
    ),
    Query(
        name="an endpoint that comes, and the search for who calls it",
        sql="""insert into public.api_endpoints (organization_id, project_id, method, path)
            values (%(organization_id)s, %(project_id)s, 'GET', '/' || gen_random_uuid()) returning id""",
    ),
    Query(
        name="the removal of an account",
        sql="delete from auth.users where id = %(editor_id)s returning id",
    ),
    Query(
        name="the removal of a test",
        sql="delete from public.test_cases where id = %(test_case_id)s returning id",
    ),
    Query(
        name="the removal of a project",
        sql="delete from public.projects where id = %(project_id)s returning id",
    ),
    *(
        Query(
            name=f"{table} by tag",
            sql=f"select id from public.{table} where tags && array['nothing-has-this']",
        )
        for table in ("test_suites", "test_cases", "api_endpoints", "test_data_fixtures")
    ),
    *(
        Query(
            name=f"{table} by note",
            sql=f"""select id from public.{table} where metadata @> '{{"team": "nobody"}}'""",
        )
        for table in (
            "organizations",
            "projects",
            "environments",
            "test_suites",
            "test_cases",
            "test_request_configs",
            "test_response_specs",
            "api_endpoints",
            "api_credentials",
            "test_data_fixtures",
            "schedules",
            "notification_channels",
            "report_templates",
        )
    ),
)
