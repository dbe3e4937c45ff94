"""The queries of the dashboard's pages, as SQL and in the Data API's language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query of one page. Parameters are named like the columns of `tenants.Place`."""

    name: str
    sql: str
    #: The same question in the Data API's language; in braces what `data_api` fills in.
    path: str = ""
    #: Why it cannot be asked there.
    only_sql: str = ""


_ADDS_UP = "adds rows up, which the Data API does only where that is switched on; hosted ones do not"

PAGES = (
    Query(
        name="my organizations",
        sql="select id, slug, name from public.organizations order by name",
        path="organizations?select=id,slug,name&order=name",
    ),
    Query(
        name="an organization's members",
        sql="""select member.role, person.name from public.organization_members as member
            join public.users as person on person.id = member.user_id
            where member.organization_id = %(organization_id)s order by person.name""",
        path=(
            "organization_members?select=role,users(name)&organization_id=eq.{organization_id}"
            "&order=users(name)"
        ),
    ),
    Query(
        name="an organization's invitations",
        sql="""select id, email, role from public.organization_invitations
            where organization_id = %(organization_id)s order by created_at desc""",
        path=(
            "organization_invitations?select=id,email,role&organization_id=eq.{organization_id}"
            "&order=created_at.desc"
        ),
    ),
    Query(
        name="my invitations",
        sql="select * from public.list_my_invitations()",
        path="rpc/list_my_invitations",
    ),
    Query(
        name="projects of an organization",
        sql="""select id, key, name from public.projects
            where organization_id = %(organization_id)s and deleted_at is null order by name limit 50""",
        path=(
            "projects?select=id,key,name&organization_id=eq.{organization_id}&deleted_at=is.null"
            "&order=name&limit=50"
        ),
    ),
    Query(
        name="a project by its key",
        sql="""select id, name from public.projects
            where organization_id = %(organization_id)s and key = 'shop-api' and deleted_at is null""",
        path=(
            "projects?select=id,name&organization_id=eq.{organization_id}&key=eq.shop-api&deleted_at=is.null"
        ),
    ),
    Query(
        name="runs of a project",
        sql="""select * from public.test_runs where project_id = %(project_id)s
            order by created_at desc, id desc limit 50""",
        path="test_runs?project_id=eq.{project_id}&order=created_at.desc,id.desc&limit=50",
    ),
    Query(
        name="runs of a project, a page far back",
        sql="""select * from public.test_runs
            where project_id = %(project_id)s and (created_at, id) < (%(run_created_at)s, %(run_id)s)
            order by created_at desc, id desc limit 50""",
        path=(
            "test_runs?project_id=eq.{project_id}&created_at=lte.{run_created_at}"
            "&or=(created_at.lt.%22{run_created_at}%22,id.lt.{run_id})&order=created_at.desc,id.desc&limit=50"
        ),
    ),
    Query(
        name="runs of a project that failed",
        sql="""select * from public.test_runs where project_id = %(project_id)s and status = 'failed'
            order by created_at desc limit 50""",
        path="test_runs?project_id=eq.{project_id}&status=eq.failed&order=created_at.desc&limit=50",
    ),
    Query(
        name="runs of a project under way",
        sql="""select * from public.test_runs
            where project_id = %(project_id)s and status in ('queued', 'preparing', 'running')
            order by created_at desc""",
        path=(
            "test_runs?project_id=eq.{project_id}&status=in.(queued,preparing,running)&order=created_at.desc"
        ),
    ),
    Query(
        name="runs of an environment",
        sql="""select * from public.test_runs where environment_id = %(environment_id)s
            order by created_at desc limit 50""",
        path="test_runs?environment_id=eq.{environment_id}&order=created_at.desc&limit=50",
    ),
    Query(
        name="runs a person asked for",
        sql="""select * from public.test_runs where requested_by = %(editor_id)s
            order by created_at desc limit 50""",
        path="test_runs?requested_by=eq.{editor_id}&order=created_at.desc&limit=50",
    ),
    Query(
        name="runs of a batch",
        sql="select * from public.test_runs where batch_id = %(batch_id)s order by batch_position",
        path="test_runs?batch_id=eq.{batch_id}&order=batch_position",
    ),
    Query(
        name="a run",
        sql="select * from public.test_runs where id = %(run_id)s",
        path="test_runs?id=eq.{run_id}",
    ),
    Query(
        name="a run's context",
        sql="select * from public.test_execution_context where run_id = %(run_id)s",
        path="test_execution_context?run_id=eq.{run_id}",
    ),
    Query(
        name="results of a run",
        sql="""select result.*, test.key, test.name, suite.key from public.test_results as result
            join public.test_cases as test on test.id = result.test_case_id
            join public.test_suites as suite on suite.id = test.suite_id
            where result.run_id = %(run_id)s and result.run_created_at = %(run_created_at)s
            order by suite.key, test.position limit 1000""",
        path=(
            "test_results?select=*,test_cases!test_results_are_of_a_test(key,name,position,test_suites(key))"
            "&run_id=eq.{run_id}&run_created_at=eq.{run_created_at}&order=test_cases(position)&limit=1000"
        ),
    ),
    Query(
        name="evidence of a result",
        sql="""select kind, position, content from public.test_result_details
            where run_id = %(failed_run_id)s and run_created_at = %(failed_run_created_at)s
              and test_case_id = %(failed_test_id)s
            order by position""",
        path=(
            "test_result_details?select=kind,position,content&run_id=eq.{failed_run_id}"
            "&run_created_at=eq.{failed_run_created_at}&test_case_id=eq.{failed_test_id}&order=position"
        ),
    ),
    Query(
        name="a test's history",
        sql="""select * from public.test_history where test_case_id = %(test_case_id)s
            order by run_created_at desc limit 100""",
        path="test_history?test_case_id=eq.{test_case_id}&order=run_created_at.desc&limit=100",
    ),
    Query(
        name="a test's metrics of 90 days in an environment",
        sql="""select * from public.performance_metrics
            where test_case_id = %(test_case_id)s and environment_id = %(environment_id)s
              and date >= current_date - 90
            order by date desc""",
        path=(
            "performance_metrics?test_case_id=eq.{test_case_id}&environment_id=eq.{environment_id}"
            "&date=gte.{quarter_ago}&order=date.desc"
        ),
    ),
    Query(
        name="a test's metrics of 90 days everywhere",
        sql="""select * from public.performance_metrics
            where test_case_id = %(test_case_id)s and date >= current_date - 90 order by date desc""",
        path="performance_metrics?test_case_id=eq.{test_case_id}&date=gte.{quarter_ago}&order=date.desc",
    ),
    Query(
        name="a project's metrics of a week",
        sql="""select date, sum(total_runs), sum(successful_runs), avg(p95_response_time_ms)
            from public.performance_metrics
            where project_id = %(project_id)s and date >= current_date - 7 group by date order by date""",
        only_sql=_ADDS_UP,
    ),
    Query(
        name="an environment's metrics of a week",
        sql="""select date, sum(total_runs), sum(successful_runs) from public.performance_metrics
            where environment_id = %(environment_id)s and date >= current_date - 7
            group by date order by date""",
        only_sql=_ADDS_UP,
    ),
    Query(
        name="a project's runs of 30 days as a trend",
        sql="""select date, sum(runs), sum(failed_runs), avg(duration_ms) from public.test_run_history
            where project_id = %(project_id)s and run_created_at >= now() - interval '30 days'
            group by date order by date""",
        only_sql=_ADDS_UP,
    ),
    Query(
        name="an environment's last runs as a trend",
        sql="""select date, status, duration_ms from public.test_run_history
            where environment_id = %(environment_id)s order by run_created_at desc limit 100""",
        path=(
            "test_run_history?select=date,status,duration_ms&environment_id=eq.{environment_id}"
            "&order=run_created_at.desc&limit=100"
        ),
    ),
    Query(
        name="failure groups of a project",
        sql="""select * from public.failure_groups where project_id = %(project_id)s
            order by last_seen_at desc limit 50""",
        path="failure_groups?project_id=eq.{project_id}&order=last_seen_at.desc&limit=50",
    ),
    Query(
        name="failures of a project, latest first",
        sql="""select * from public.failure_analysis where project_id = %(project_id)s
            order by last_seen_at desc limit 50""",
        path="failure_analysis?project_id=eq.{project_id}&order=last_seen_at.desc&limit=50",
    ),
    Query(
        name="tests with one fingerprint",
        sql="""select * from public.failure_analysis
            where project_id = %(project_id)s and fingerprint = %(fingerprint)s""",
        path="failure_analysis?project_id=eq.{project_id}&fingerprint=eq.{fingerprint}",
    ),
    Query(
        name="failures of an environment",
        sql="""select * from public.failure_analysis where environment_id = %(environment_id)s
            order by last_seen_at desc limit 50""",
        path="failure_analysis?environment_id=eq.{environment_id}&order=last_seen_at.desc&limit=50",
    ),
    Query(
        name="flaky tests of an environment",
        sql="""select test_case_id, flaky_reason from public.failure_analysis
            where environment_id = %(environment_id)s and is_flaky""",
        path=(
            "failure_analysis?select=test_case_id,flaky_reason&environment_id=eq.{environment_id}"
            "&is_flaky=is.true"
        ),
    ),
    Query(
        name="results with one fingerprint",
        sql="""select run_id, test_case_id, reason from public.test_results
            where organization_id = %(organization_id)s and fingerprint = %(fingerprint)s limit 50""",
        path=(
            "test_results?select=run_id,test_case_id,reason&organization_id=eq.{organization_id}"
            "&fingerprint=eq.{fingerprint}&limit=50"
        ),
    ),
    Query(
        name="suites of a project",
        sql="""select id, key, name, tags from public.test_suites
            where project_id = %(project_id)s and organization_id = %(organization_id)s
            order by key limit 200""",
        path=(
            "test_suites?select=id,key,name,tags&project_id=eq.{project_id}"
            "&organization_id=eq.{organization_id}&order=key&limit=200"
        ),
    ),
    Query(
        name="a suite's statistics",
        sql="select * from public.suite_statistics where suite_id = %(suite_id)s",
        path="suite_statistics?suite_id=eq.{suite_id}",
    ),
    Query(
        name="tests of a suite",
        sql="""select * from public.test_cases where suite_id = %(suite_id)s and deleted_at is null
            order by position""",
        path="test_cases?suite_id=eq.{suite_id}&deleted_at=is.null&order=position",
    ),
    Query(
        name="search tests by name",
        sql="""select id, key, name from public.test_cases
            where project_id = %(project_id)s and enabled and deleted_at is null and name ilike '%%find%%'
            limit 50""",
        path=(
            "test_cases?select=id,key,name&project_id=eq.{project_id}&enabled=is.true&deleted_at=is.null"
            "&name=ilike.*find*&limit=50"
        ),
    ),
    Query(
        name="what a test sends and expects",
        sql="""select request.*, response.expectations from public.test_request_configs as request
            join public.test_response_specs as response
              on response.test_case_id = request.test_case_id and response.step_index = request.step_index
            where request.test_case_id = %(test_case_id)s""",
        path=(
            "test_cases?select=test_request_configs(*),test_response_specs(step_index,expectations)"
            "&id=eq.{test_case_id}"
        ),
    ),
    Query(
        name="the graph of a project",
        sql="""select dependent_test_id, required_test_id, dependency_type from public.test_dependencies
            where project_id = %(project_id)s""",
        path=(
            "test_dependencies?select=dependent_test_id,required_test_id,dependency_type"
            "&project_id=eq.{project_id}"
        ),
    ),
    Query(
        name="what a test needs",
        sql="select * from public.test_dependencies where dependent_test_id = %(test_case_id)s",
        path="test_dependencies?dependent_test_id=eq.{test_case_id}",
    ),
    Query(
        name="what needs a test",
        sql="select * from public.test_dependencies where required_test_id = %(test_case_id)s",
        path="test_dependencies?required_test_id=eq.{test_case_id}",
    ),
    Query(
        name="environments of a project",
        sql="""select * from public.environments
            where project_id = %(project_id)s and organization_id = %(organization_id)s and deleted_at is null
            order by name""",
        path=(
            "environments?project_id=eq.{project_id}&organization_id=eq.{organization_id}"
            "&deleted_at=is.null&order=name"
        ),
    ),
    Query(
        name="endpoints of a project",
        sql="""select * from public.api_endpoints
            where project_id = %(project_id)s and organization_id = %(organization_id)s and deleted_at is null
            order by path, method limit 100""",
        path=(
            "api_endpoints?project_id=eq.{project_id}&organization_id=eq.{organization_id}"
            "&deleted_at=is.null&order=path,method&limit=100"
        ),
    ),
    Query(
        name="endpoints of a project that no test calls",
        sql="""select * from public.endpoint_coverage where project_id = %(project_id)s and tests = 0
            order by path, method""",
        path="endpoint_coverage?project_id=eq.{project_id}&tests=eq.0&order=path,method",
    ),
    Query(
        name="tests that call an endpoint",
        sql="""select request.step_index, test.key, test.name from public.test_request_configs as request
            join public.test_cases as test on test.id = request.test_case_id
            where request.endpoint_id = %(endpoint_id)s""",
        path="test_request_configs?select=step_index,test_cases(key,name)&endpoint_id=eq.{endpoint_id}",
    ),
    Query(
        name="fixtures of a project",
        sql="""select * from public.test_data_fixtures
            where project_id = %(project_id)s and organization_id = %(organization_id)s and deleted_at is null
            order by key limit 100""",
        path=(
            "test_data_fixtures?project_id=eq.{project_id}&organization_id=eq.{organization_id}"
            "&deleted_at=is.null&order=key&limit=100"
        ),
    ),
    Query(
        name="who uses a fixture",
        sql="""select * from public.fixture_usage where fixture_id = %(suite_id)s
            order by used_at desc limit 100""",
        path="fixture_usage?fixture_id=eq.{suite_id}&order=used_at.desc&limit=100",
    ),
    Query(
        name="my credentials",
        sql="select id, name from public.api_credentials where user_id = %(member_id)s",
        path="api_credentials?select=id,name&user_id=eq.{member_id}",
    ),
    Query(
        name="my saved searches",
        sql="select id, name from public.saved_searches where user_id = %(member_id)s",
        path="saved_searches?select=id,name&user_id=eq.{member_id}",
    ),
    Query(
        name="searches others share",
        sql="""select id, name from public.saved_searches
            where organization_id = %(organization_id)s and is_shared order by name""",
        path=(
            "saved_searches?select=id,name&organization_id=eq.{organization_id}&is_shared=is.true&order=name"
        ),
    ),
    Query(
        name="schedules of an environment",
        sql="select * from public.schedules where environment_id = %(environment_id)s",
        path="schedules?environment_id=eq.{environment_id}",
    ),
    Query(
        name="notification channels of a project",
        sql="select * from public.notification_channels where project_id = %(project_id)s",
        path="notification_channels?project_id=eq.{project_id}",
    ),
    Query(
        name="report templates of a project",
        sql="select * from public.report_templates where project_id = %(project_id)s",
        path="report_templates?project_id=eq.{project_id}",
    ),
    Query(
        name="project tokens",
        sql="""select id, name from public.project_tokens where project_id = %(project_id)s
            order by created_at desc""",
        path="project_tokens?select=id,name&project_id=eq.{project_id}&order=created_at.desc",
    ),
    Query(
        name="archives of an organization",
        sql="""select * from public.archives
            where organization_id = %(organization_id)s and source_table = 'test_results'
            order by period_start desc limit 50""",
        path=(
            "archives?organization_id=eq.{organization_id}&source_table=eq.test_results"
            "&order=period_start.desc&limit=50"
        ),
    ),
    Query(
        name="audit log of an organization",
        sql="""select * from public.audit_log where organization_id = %(organization_id)s
            order by created_at desc, id desc limit 50""",
        path="audit_log?organization_id=eq.{organization_id}&order=created_at.desc,id.desc&limit=50",
    ),
    Query(
        name="audit log of a thing",
        sql="""select * from public.audit_log where record_id = %(project_id)s
            order by created_at desc limit 50""",
        path="audit_log?record_id=eq.{project_id}&order=created_at.desc&limit=50",
    ),
    Query(
        name="audit log of a person",
        sql="""select * from public.audit_log where changed_by = %(member_id)s
            order by created_at desc limit 50""",
        path="audit_log?changed_by=eq.{member_id}&order=created_at.desc&limit=50",
    ),
)
