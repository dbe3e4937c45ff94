"""Two catalogues compared."""

from worker.local.catalogue import Entry
from worker.local.schema_check import Finding, Mistake, compare


def catalogue(*entries: Entry) -> dict[str, Entry]:
    """These entries by what they are called."""
    return {str(entry): entry for entry in entries}


RUNS = Entry("table", "public.runs", "public.runs", "r")
STATUS = Entry("column", "public.runs.status", "public.runs", "text not null")


def test_equal_catalogues_have_no_findings() -> None:
    """The order does not matter."""
    assert list(compare(catalogue(RUNS, STATUS), catalogue(STATUS, RUNS))) == []


def test_what_is_not_there_is_missing() -> None:
    """By its kind and its name."""
    [finding] = compare(catalogue(RUNS, STATUS), catalogue(RUNS))
    assert finding == Finding(mistake=Mistake.MISSING, what="column public.runs.status")


def test_what_is_defined_otherwise_is_shown_both_ways() -> None:
    """As it should be, and as it is."""
    other = Entry("column", "public.runs.status", "public.runs", "text")
    [finding] = compare(catalogue(RUNS, STATUS), catalogue(RUNS, other))
    assert finding.mistake is Mistake.DIFFERENT
    assert finding.more == "should be: text not null\n       is: text"


def test_what_was_added_to_a_table_of_ours_is_unexpected() -> None:
    """A trigger there changes what our functions write, and a policy what people see."""
    added = Entry("policy", "public.runs everybody", "public.runs", "true")
    [finding] = compare(catalogue(RUNS), catalogue(RUNS, added))
    assert finding.mistake is Mistake.UNEXPECTED


def test_what_stands_beside_our_tables_is_not_our_business() -> None:
    """Unless it stands in a schema that is Baton's alone."""
    recipes = Entry("table", "public.recipes", "public.recipes", "r")
    helper = Entry("function", "private.help()", None, "…")
    findings = list(compare(catalogue(RUNS), catalogue(RUNS, recipes, helper)))
    assert [finding.what for finding in findings] == ["function private.help()"]
