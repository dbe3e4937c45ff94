"""Models are in the groups, and have the names, that are promised to those who program with Baton."""

from pathlib import Path

import pytest

from worker import records

#: By group: some that are promised by name, and one of each group at least.
GROUPS = {
    "analysis": {"FailureAnalysis", "FailureGroup"},
    "api": {"ClaimAnswer", "RecordAnswer", "FinishAnswer"},
    "authentication": {"User", "Organization", "OrganizationMember"},
    "batch": {"BatchTestRunRequest", "BatchResult"},
    "cache": {"CachedContext", "CacheEntry"},
    "changes": {"AuditEntry", "SuiteVersion"},
    "configuration": {"TestCase", "TestDependency", "ApiEndpoint"},
    "context": {"TestExecutionContext", "DependencyContext"},
    "credentials": {"ApiCredential", "ProjectToken"},
    "environments": {"Environment", "EnvironmentVariable"},
    "errors": {"TestExecutionError", "ContextManagementError"},
    "events": {"PlatformEvent"},
    "execution": {"TestRun", "Schedule", "Worker"},
    "fixtures": {"TestDataFixture", "FixtureUsage"},
    "metrics": {"PerformanceMetric", "TestRunHistory"},
    "pipeline": {"PipelineStep", "TestExecutionPipeline"},
    "projects": {"Project", "TestSuite"},
    "reporting": {"ReportTemplate", "UserPreference", "SavedSearch"},
    "requests": {"TestRequestConfig", "TestResponseSpec"},
    "results": {"TestResult", "TestResultDetail", "AssertionResult"},
    "vectors": {"EmbeddedText", "SearchMatch"},
}


def test_there_are_twenty_one_groups() -> None:
    """Each is a module, or a folder of them, and there is no other."""
    assert records.__file__
    modules = {path.stem for path in Path(records.__file__).parent.iterdir()}
    assert modules - {"__init__", "__pycache__", "base"} == set(GROUPS)
    assert len(GROUPS) == 21


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_a_group_has_what_was_promised(group: str) -> None:
    """Made in its module or folder, and to be had from the package."""
    for name in GROUPS[group]:
        found = getattr(records, name)
        assert found.__module__.split(".")[:3] == ["worker", "records", group]
        assert name in records.__all__
