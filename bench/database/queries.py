"""The queries of the dashboard's pages, and those of the upkeep."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query of one page. Parameters are named like the columns of `tenants.Place`."""

    name: str
    sql: str


PAGES = (
    Query(
        name="my organizations",
        sql="select id, slug, name from public.organizations order by name",
    ),
    Query(
        name="an organization's members",
        sql="""select member.role, person.name from public.organization_members as member
            join public.users as person on person.id = member.user_id
            where member.organization_id = %(organization_id)s order by person.name""",
    ),
    Query(
        name="projects of an organization",
        sql="""select id, key, name from public.projects
            where organization_id = %(organization_id)s and deleted_at is null order by name limit 50""",
    ),
    Query(
        name="a project by its key",
        sql="""select id, name from public.projects
            where organization_id = %(organization_id)s and key = 'shop-api' and deleted_at is null""",
    ),
    Query(
        name="runs of a project",
        sql="""select * from public.test_runs where project_id = %(project_id)s
            order by created_at desc, id desc limit 50""",
    ),
    Query(
        name="runs of a project, a page far back",
        sql="""select * from public.test_runs
            where project_id = %(project_id)s and (created_at, id) < (%(run_created_at)s, %(run_id)s)
            order by created_at desc, id desc limit 50""",
    ),
    Query(
        name="runs of a project that failed",
        sql="""select * from public.test_runs where project_id = %(project_id)s and status = 'failed'
            order by created_at desc limit 50""",
    ),
    Query(
        name="runs of a project under way",
        sql="""select * from public.test_runs
            where project_id = %(project_id)s and status in ('queued', 'preparing', 'running')
            order by created_at desc""",
    ),
    Query(
        name="runs of an environment",
        sql="""select * from public.test_runs where environment_id = %(environment_id)s
            order by created_at desc limit 50""",
    ),
    Query(
        name="runs a person asked for",
        sql="""select * from public.test_runs where requested_by = %(editor_id)s
            order by created_at desc limit 50""",
    ),
    Query(
        name="runs of a batch",
        sql="select * from public.test_runs where batch_id = %(batch_id)s order by batch_position",
    ),
    Query(
        name="a run",
        sql="select * from public.test_runs where id = %(run_id)s",
    ),
    Query(
        name="a run's context",
        sql="select * from public.test_execution_context where run_id = %(run_id)s",
    ),
    Query(
        name="results of a run",
        sql="""select result.*, test.key, test.name, suite.key from public.test_results as result
            join public.test_cases as test on test.id = result.test_case_id
            join public.test_suites as suite on suite.id = test.suite_id
            where result.run_id = %(run_id)s and result.run_created_at = %(run_created_at)s
            order by suite.key, test.position limit 1000""",
    ),
    Query(
        name="evidence of a result",
        sql="""select kind, position, content from public.test_result_details
            where run_id = %(failed_run_id)s and run_created_at = %(failed_run_created_at)s
              and test_case_id = %(failed_test_id)s
            order by position""",
    ),
    Query(
        name="a test's history",
        sql="""select * from public.test_history where test_case_id = %(test_case_id)s
            order by run_created_at desc limit 100""",
    ),
    Query(
        name="a test's metrics of 90 days in an environment",
        sql="""select * from public.performance_metrics
            where test_case_id = %(test_case_id)s and environment_id = %(environment_id)s
              and date >= current_date - 90
            order by date desc""",
    ),
    Query(
        name="a test's metrics of 90 days everywhere",
        sql="""select * from public.performance_metrics
            where test_case_id = %(test_case_id)s and date >= current_date - 90 order by date desc""",
    ),
    Query(
        name="a project's metrics of a week",
        sql="""select date, sum(total_runs), sum(successful_runs), avg(p95_response_time_ms)
            from public.performance_metrics
            where project_id = %(project_id)s and date >= current_date - 7 group by date order by date""",
    ),
    Query(
        name="an environment's metrics of a week",
        sql="""select date, sum(total_runs), sum(successful_runs) from public.performance_metrics
            where environment_id = %(environment_id)s and date >= current_date - 7
            group by date order by date""",
    ),
    Query(
        name="a project's runs of 30 days as a trend",
        sql="""select date, sum(runs), sum(failed_runs), avg(duration_ms) from public.test_run_history
            where project_id = %(project_id)s and run_created_at >= now() - interval '30 days'
            group by date order by date""",
    ),
    Query(
        name="an environment's last runs as a trend",
        sql="""select date, status, duration_ms from public.test_run_history
            where environment_id = %(environment_id)s order by run_created_at desc limit 100""",
    ),
    Query(
        name="failure groups of a project",
        sql="""select * from public.failure_groups where project_id = %(project_id)s
            order by last_seen_at desc limit 50""",
    ),
    Query(
        name="failures of a project, latest first",
        sql="""select * from public.failure_analysis where project_id = %(project_id)s
            order by last_seen_at desc limit 50""",
    ),
    Query(
        name="tests with one fingerprint",
        sql="""select * from public.failure_analysis
            where project_id = %(project_id)s and fingerprint = %(fingerprint)s""",
    ),
    Query(
        name="failures of an environment",
        sql="""select * from public.failure_analysis where environment_id = %(environment_id)s
            order by last_seen_at desc limit 50""",
    ),
    Query(
        name="flaky tests of an environment",
        sql="""select test_case_id, flaky_reason from public.failure_analysis
            where environment_id = %(environment_id)s and is_flaky""",
    ),
    Query(
        name="results with one fingerprint",
        sql="""select run_id, test_case_id, reason from public.test_results
            where organization_id = %(organization_id)s and fingerprint = %(fingerprint)s limit 50""",
    ),
    Query(
        name="suites of a project",
        sql="""select id, key, name, tags from public.test_suites
            where project_id = %(project_id)s and organization_id = %(organization_id)s
            order by key limit 200""",
    ),
    Query(
        name="a suite's statistics",
        sql="select * from public.suite_statistics where suite_id = %(suite_id)s",
    ),
    Query(
        name="tests of a suite",
        sql="""select * from public.test_cases where suite_id = %(suite_id)s and deleted_at is null
            order by position""",
    ),
    Query(
        name="search tests by name",
        sql="""select id, key, name from public.test_cases
            where project_id = %(project_id)s and enabled and deleted_at is null and name ilike '%%find%%'
            limit 50""",
    ),
    Query(
        name="what a test sends and expects",
        sql="""select request.*, response.expectations from public.test_request_configs as request
            join public.test_response_specs as response
              on response.test_case_id = request.test_case_id and response.step_index = request.step_index
            where request.test_case_id = %(test_case_id)s""",
    ),
    Query(
        name="the graph of a project",
        sql="""select dependent_test_id, required_test_id, dependency_type from public.test_dependencies
            where project_id = %(project_id)s""",
    ),
    Query(
        name="what a test needs",
        sql="select * from public.test_dependencies where dependent_test_id = %(test_case_id)s",
    ),
    Query(
        name="what needs a test",
        sql="select * from public.test_dependencies where required_test_id = %(test_case_id)s",
    ),
    Query(
        name="environments of a project",
        sql="""select * from public.environments
            where project_id = %(project_id)s and organization_id = %(organization_id)s and deleted_at is null
            order by name""",
    ),
    Query(
        name="endpoints of a project",
        sql="""select * from public.api_endpoints
            where project_id = %(project_id)s and organization_id = %(organization_id)s and deleted_at is null
            order by path, method limit 100""",
    ),
    Query(
        name="fixtures of a project",
        sql="""select * from public.test_data_fixtures
            where project_id = %(project_id)s and organization_id = %(organization_id)s and deleted_at is null
            order by key limit 100""",
    ),
    Query(
        name="who uses a fixture",
        sql="""select * from public.fixture_usage where fixture_id = %(suite_id)s
            order by used_at desc limit 100""",
    ),
    Query(
        name="my credentials",
        sql="select id, name from public.api_credentials where user_id = %(member_id)s",
    ),
    Query(
        name="my saved searches",
        sql="select id, name from public.saved_searches where user_id = %(member_id)s",
    ),
    Query(
        name="searches others share",
        sql="""select id, name from public.saved_searches
            where organization_id = %(organization_id)s and is_shared order by name""",
    ),
    Query(
        name="schedules of an environment",
        sql="select * from public.schedules where environment_id = %(environment_id)s",
    ),
    Query(
        name="notification channels of a project",
        sql="select * from public.notification_channels where project_id = %(project_id)s",
    ),
    Query(
        name="report templates of a project",
        sql="select * from public.report_templates where project_id = %(project_id)s",
    ),
    Query(
        name="project tokens",
        sql="""select id, name from public.project_tokens where project_id = %(project_id)s
            order by created_at desc""",
    ),
    Query(
        name="archives of an organization",
        sql="""select * from public.archives
            where organization_id = %(organization_id)s and source_table = 'test_results'
            order by period_start desc limit 50""",
    ),
    Query(
        name="audit log of an organization",
        sql="""select * from public.audit_log where organization_id = %(organization_id)s
            order by created_at desc, id desc limit 50""",
    ),
    Query(
        name="audit log of a thing",
        sql="""select * from public.audit_log where record_id = %(project_id)s
            order by created_at desc limit 50""",
    ),
    Query(
        name="audit log of a person",
        sql="""select * from public.audit_log where changed_by = %(member_id)s
            order by created_at desc limit 50""",
    ),
)

#: What workers and the owner's functions ask, without row-level security.
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
        name="workers not heard of",
        sql="select count(*) from public.workers where last_seen_at < now() - interval '1 day'",
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
